# make release and make test need Python 3.11 or newer and make; each sets up .venv itself.
PYTHON ?= python3
TO ?= catalogue
SHOW ?= article-models
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
JOBS ?= 2
# Set, as images for containers like to, each of the many processes would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help release test test-all coverage check clean
.DEFAULT_GOAL := help

help:
	@echo "make release   validate, build, compare and publish to $(TO), then print a comparison"
	@echo "make test      all checks, and the tests that take minutes at most"
	@echo "make test-all  what make test leaves out: R, registries, other engines, long runs"
	@echo "make coverage  all tests, and how much of each room they run"
	@echo "make check     ruff, mypy, who imports whom, the generated files, the tables"
	@echo "make clean     remove what can be made again (never $(TO)/)"
	@echo "STRICT=1 makes a skipped test a failure; JOBS=8 tests on eight cores instead of two"

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh $(VENV)

release: $(READY)
	@$(BIN)/python -m scripts.release --to $(TO)
	@echo
	@$(BIN)/python -m hikaku show $(SHOW)

test: $(READY) check
	@$(BIN)/python -m pytest -q -n $(JOBS) -m "not long" $(if $(STRICT),--strict-skips)

test-all: $(READY)
	@$(BIN)/python -m pytest -q -n $(JOBS) -m "long or hypothesis" --hypothesis-profile long \
		$(if $(STRICT),--strict-skips)

# Both tiers, measured; a third slower for it.
coverage: $(READY)
	@$(BIN)/python -m pytest -q -n $(JOBS) --hypothesis-profile long --cov --cov-report=
	@$(BIN)/python -m benchmarks.coverage

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python -m scripts.generate --check
	@$(BIN)/python -m scripts.validate
	@$(BIN)/python -m scripts.labels check

clean:
	@rm -rf $(VENV) dist src/hikaku/data .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
