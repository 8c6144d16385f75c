#!/bin/sh
# Makes the environment that the Makefile works in. Says in one sentence what is missing.
set -u
venv=$1
python=${PYTHON:-python3}

stop() {
    echo "hikaku: $1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    stop "there is no command $python; install Python 3.11 or newer, or name one: make PYTHON=..."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$python is too old; Python 3.11 or newer is needed: make PYTHON=..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "$python cannot make virtual environments; install its venv package (Debian: python3-venv)"

echo "setting up $venv (once; some seconds to a minute)" >&2
rm -f "$venv/ready"
"$python" -m venv --clear "$venv" || stop "the virtual environment $venv could not be made"
log=$venv/setup.log
own=$venv/bin/python

pip_install() { "$own" -m pip install --disable-pip-version-check --quiet "$@" >>"$log" 2>&1; }

# uv takes seconds where pip takes a minute. It comes from the lock too; where it does not run, or
# the index is named in pip's own configuration only, pip does the same.
sed -n '/^uv==/,/[^\\]$/p' requirements.lock >"$venv/uv.txt"
if pip_install --require-hashes -r "$venv/uv.txt" &&
    "$venv/bin/uv" pip install --quiet --python "$own" \
        --require-hashes -r requirements.lock >>"$log" 2>&1; then
    :
else
    pip_install --require-hashes -r requirements.lock || {
        tail -n 3 "$log" >&2
        stop "the packages of requirements.lock could not be installed; is the network reachable? ($log)"
    }
fi
pip_install --no-deps --no-build-isolation --editable . || {
    tail -n 20 "$log" | grep -E 'tables/|datapackage' >&2
    stop "hikaku itself could not be installed; see $log, or run: python -m scripts.validate"
}
touch "$venv/ready"
