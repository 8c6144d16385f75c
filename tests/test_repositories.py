"""What stands in a cell, or lies in a stranger's clone, is opened; it never runs anything.

Each exploit would touch a file, the mark. On the code before, those marked `ran` did.
"""

from __future__ import annotations

import csv
import http.server
import os
import re
import select
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from unicodedata import is_normalized

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikaku._formats import paths
from hikaku.errors import Unreachable
from scripts.package import Package
from scripts.rules.documents import document_rules
from scripts.sources import addresses, repositories
from scripts.sources.repositories import Repositories
from scripts.validate.run import validate
from scripts.verify import main
from tests.planting import PROJECT, copy_package
from tests.test_verify import git

ADDRESS = "https://example.invalid/repo.git"  # no name server knows it
TEXT = "| 87.1 |\n"


class Strangers:
    """A stranger's repository with one commit, and the file that an exploit would touch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, folder / "mark"
        self.touch = folder / "touch"
        self.touch.write_text(f"#!/bin/sh\ntouch '{self.mark}'\n", newline="\n")
        self.touch.chmod(0o755)
        self.clones = folder / "clones"
        self.repository = folder / "repository"
        self.repository.mkdir()
        git(self.repository, "init", "--quiet", "-b", "main")
        git(self.repository, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.repository, "config", "uploadpack.allowFilter", "true")
        (self.repository / "README.md").write_text(TEXT, newline="\n")
        (self.repository / "docs").mkdir()
        (self.repository / "docs/-a b.md").write_text(TEXT, newline="\n")
        git(self.repository, "add", ".")
        git(self.repository, "commit", "--quiet", "-m", "x")
        self.commit = git(self.repository, "rev-parse", "HEAD")

    def clone(self, *options: str) -> Path:
        self.clones.mkdir(exist_ok=True)
        target = self.clones / f"clone-{len(list(self.clones.iterdir()))}"
        git(self.folder, "clone", "--quiet", *options, self.repository.as_uri(), str(target))
        return target


@pytest.fixture
def strangers(tmp_path: Path) -> Strangers:
    return Strangers(tmp_path)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever would leave this machine comes to nothing at once."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


EXPLOITS: dict[str, Callable[[Strangers], dict[str, str]]] = {
    "an option (ran)": lambda s: {
        "repository": f"--upload-pack={s.touch};git-upload-pack", "commit": str(s.repository)},
    "a command as transport (ran)": lambda s: {"repository": f"ext::sh {s.touch}"},
    "another account's program (ran)": lambda s: {"repository": "ssh://example.invalid/x"},
    "the short form of ssh": lambda s: {"repository": "example.invalid:x"},
    "a host that is an option": lambda s: {"repository": "ssh://-oProxyCommand=touch/x"},
    "a remote helper": lambda s: {"repository": "fd::17"},
    "a file of this machine": lambda s: {"repository": s.repository.as_uri()},
    "a path of this machine": lambda s: {"repository": str(s.repository)},
    "a commit that is an option": lambda s: {"commit": f"--upload-pack={s.touch}"},
    "a commit that is a name": lambda s: {"commit": "HEAD"},
    "a path that leads out": lambda s: {"path": "../README.md"},
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [n if "(ran)" in n else pytest.param(n, marks=pytest.mark.long) for n in EXPLOITS],
)
def test_a_cell_runs_nothing_and_opens_nothing_of_this_machine(
    name: str, strangers: Strangers, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Through the command, which reads tables that nobody validated."""
    monkeypatch.setenv("GIT_SSH_COMMAND", str(strangers.touch))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    strangers.clone()
    cells = {"repository": ADDRESS, "commit": strangers.commit, "path": "README.md"}
    root = with_cells(strangers.folder, {**cells, **EXPLOITS[name](strangers)})
    for clones in ([], ["--repositories", str(strangers.clones)]):
        assert main(["--root", str(root), "--dry-run", *clones]) == 1
        told = capsys.readouterr().out
        assert "repo-1:L5C2 unreachable: found" in told
        assert "a file with the SHA-256" not in told
    assert not strangers.mark.exists()
    assert not validate(Package(root)).valid


def with_cells(folder: Path, cells: dict[str, str]) -> Path:
    root = copy_package(folder)
    path = root / "tables/sources.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["id"] == "repo-1":
            row.update(cells)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return root


SURROUNDINGS = {
    "GIT_DIR": "/nowhere", "GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_TRACE": "{mark}",
    "GIT_TRACE2": "{mark}", "GIT_TRACE_CURL": "{mark}", "GIT_SSH_COMMAND": "{touch}",
    "GIT_ASKPASS": "{touch}", "SSH_ASKPASS": "{touch}", "GIT_PROXY_COMMAND": "{touch}",
    "GIT_EXTERNAL_DIFF": "{touch}", "GIT_PAGER": "{touch}", "GIT_EDITOR": "{touch}",
    "GIT_EXEC_PATH": "{programs}", "GIT_TEMPLATE_DIR": "{programs}", "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "uploadpack.packObjectsHook", "GIT_CONFIG_VALUE_0": "{touch}",
    "GIT_CONFIG_KEY_1": "alias.cat-file", "GIT_CONFIG_VALUE_1": "!{touch}",
    "GIT_CONFIG_PARAMETERS": "'uploadpack.packObjectsHook={touch}'",
    "GIT_CONFIG_GLOBAL": "{config}", "GIT_CONFIG_SYSTEM": "{config}", "HOME": "{home}",
    "XDG_CONFIG_HOME": "{home}", "GIT_ALLOW_PROTOCOL": "ext:ssh", "GIT_NAMESPACE": "x",
}  # fmt: skip


def test_nothing_around_the_caller_changes_what_git_does(
    strangers: Strangers, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = strangers.folder / "home"
    home.mkdir()
    config = home / ".gitconfig"
    config.write_text(
        f"[uploadpack]\n\tpackObjectsHook = {strangers.touch}\n"
        f"[core]\n\tfsmonitor = {strangers.touch}\n\thooksPath = {strangers.folder}\n"
    )
    words = {"mark": strangers.mark, "touch": strangers.touch, "programs": strangers.folder,
             "config": config, "home": home}  # fmt: skip
    for name, value in SURROUNDINGS.items():
        monkeypatch.setenv(name, value.format(**words))
    with Repositories(None, protocols=("file",)) as opened:
        data = opened.read(strangers.repository.as_uri(), strangers.commit, "README.md")
    assert data.decode() == TEXT
    assert not strangers.mark.exists()


def spoil(strangers: Strangers, clone: Path) -> None:
    """All of a clone's configuration by which git runs programs."""
    for name in (
        "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass",
        "core.alternateRefsCommand", "core.gitProxy", "uploadpack.packObjectsHook",
        "credential.helper", "diff.external", "diff.x.textconv", "filter.x.smudge",
        "filter.x.process", "remote.origin.uploadpack", "remote.origin.vcs",
    ):  # fmt: skip
        git(clone, "config", name, str(strangers.touch))
    git(clone, "config", "alias.cat-file", f"!{strangers.touch}")
    git(clone, "config", "core.hooksPath", str(strangers.folder))
    folder = Path(git(clone, "rev-parse", "--absolute-git-dir"))
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info/attributes").write_text("* filter=x diff=x\n")


@pytest.mark.parametrize("kind", ["work tree", "bare", "worktree beside it", "in a long name"])
def test_a_strangers_clone_is_read_and_none_of_its_programs_run(
    kind: str, strangers: Strangers
) -> None:
    clone = strangers.clone(*["--bare"] if kind == "bare" else [])
    clones = strangers.clones
    if kind == "worktree beside it":
        clones = strangers.folder / "others"
        git(clone, "worktree", "add", "--quiet", "--detach", str(clones / "tree"))
    if kind == "in a long name":
        clone = clone.rename(clones / 'a "quoted" #name; 比較\\')
    spoil(strangers, clone)
    with Repositories(clones) as opened:
        for name in ("README.md", "docs/-a b.md"):
            assert opened.read(ADDRESS, strangers.commit, name).decode() == TEXT
        with pytest.raises(Unreachable):
            opened.read(ADDRESS, strangers.commit, "OTHER.md")
    assert not strangers.mark.exists()


def test_a_partial_clone_loads_nothing_by_its_own_programs(strangers: Strangers) -> None:
    """Git loads what a partial clone lacks as that clone says: it ran `core.sshCommand`."""
    clone = strangers.clone("--bare", "--filter=blob:none")
    spoil(strangers, clone)
    git(clone, "config", "remote.origin.url", "ssh://example.invalid/x")
    with Repositories(strangers.clones) as opened, pytest.raises(Unreachable):
        opened.read(ADDRESS, strangers.commit, "README.md")
    assert not strangers.mark.exists()
    with Repositories(strangers.clones, protocols=("file",)) as opened:  # from where we say
        data = opened.read(strangers.repository.as_uri(), strangers.commit, "README.md")
    assert data.decode() == TEXT


def test_a_clone_cannot_replace_a_commit(strangers: Strangers) -> None:
    clone = strangers.clone()
    (clone / "README.md").write_text("| 99.9 |\n")
    git(clone, "commit", "--quiet", "-a", "-m", "better")
    git(clone, "replace", strangers.commit, "HEAD")
    with Repositories(strangers.clones) as opened:
        assert opened.read(ADDRESS, strangers.commit, "README.md").decode() == TEXT


def test_a_broken_clone_does_not_hide_a_sound_one(strangers: Strangers) -> None:
    first, _ = strangers.clone("--bare"), strangers.clone("--bare")
    for path in (first / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"broken")
    (strangers.clones / "a").mkdir()
    (strangers.clones / "a/.git").write_text("gitdir: /nowhere\n")
    (strangers.clones / "b").mkdir()
    (strangers.clones / "b/.git").write_bytes(b"\xff\0")
    with Repositories(strangers.clones) as opened:
        assert opened.read(ADDRESS, strangers.commit, "README.md").decode() == TEXT


def test_a_file_or_a_repository_of_any_size_does_not_fill_this_machine(
    strangers: Strangers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repositories, "LARGEST_FILE", 5)
    with (
        Repositories(None, protocols=("file",)) as opened,
        pytest.raises(Unreachable, match=r"README.md has 9 bytes; at most 5 are read"),
    ):
        opened.read(strangers.repository.as_uri(), strangers.commit, "README.md")


@pytest.mark.skipif(os.name == "nt", reason="puts a shell script in the place of git")
@pytest.mark.parametrize(
    ("limit", "does", "told"),
    [
        ("LARGEST_FETCH", "echo much > \"${1#--git-dir=}/much\"; sleep 600", "more than 0 bytes"),
        ("LARGEST_COMPLAINT", "echo much >&2; sleep 600", "did not stop complaining"),
    ],
)  # fmt: skip
def test_what_git_writes_is_bounded_while_it_writes(
    limit: str, does: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "git"
    os.mkfifo(tmp_path / "fifo")
    held = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    program.write_text(f"#!/bin/sh\nexec 9> '{tmp_path}/fifo'\n{does}\n", newline="\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(repositories, "TICK", 0.2)
    monkeypatch.setattr(repositories, limit, 0)
    with Repositories(None) as opened, pytest.raises(Unreachable, match=told):
        opened.read(ADDRESS, "1" * 40, "README.md")
    assert select.select([held], [], [], 30)[0], "what git started is still there"
    assert os.read(held, 1) == b""  # the other end is closed
    os.close(held)


def test_nothing_is_left_when_it_ends(
    strangers: Strangers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with Repositories(None, protocols=("file",)) as opened:
        opened.read(strangers.repository.as_uri(), strangers.commit, "README.md")
        assert list((tmp_path / "temporary").iterdir())
        opened.stop()
        with pytest.raises(Unreachable, match="git was stopped"):
            opened.read(strangers.repository.as_uri(), "1" * 40, "README.md")
    assert not list((tmp_path / "temporary").iterdir())


# --- the web ---


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[int, list[str], Path]]:
    """A server of https on this machine, what it was asked for, and its certificate.

    It answers with a redirect to http.
    """
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=git.localhost.test",
         "-addext", "subjectAltName=DNS:git.localhost.test"],
        check=True, capture_output=True,
    )  # fmt: skip
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            """The proxy through which git comes here, whatever the host's name."""
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            with context.wrap_socket(self.connection, server_side=True) as secure:
                self.rfile, self.wfile = secure.makefile("rb"), secure.makefile("wb", 0)  # type: ignore[assignment]
                self.handle_one_request()
                self.rfile.close()
                self.wfile.close()

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(301)
            self.send_header("Location", f"http://127.0.0.1:{port}/elsewhere")
            self.end_headers()
            self.close_connection = True

        def log_message(self, *_: object) -> None: ...

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield port, asked, certificate
        server.shutdown()
        thread.join()


def test_the_proxy_and_its_certificate_are_used_and_no_redirect_to_http_is_followed(
    web: tuple[int, list[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked, certificate = web
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    for name in ("GIT_SSL_CAINFO", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(certificate))
    with Repositories(None) as opened, pytest.raises(Unreachable, match="http") as caught:
        opened.read("https://git.localhost.test/a/b.git", "1" * 40, "README.md")
    assert asked[0] == "git.localhost.test:443"
    assert asked[1].startswith("/a/b.git/info/refs"), caught.value
    assert "/elsewhere" not in " ".join(asked)


# --- the rule ---


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/owner/name.git", "https://github.com/owner/name",
        "https://git.example.org:8443/~user/.github/a+b_c.git/",
        "https://qwenlm.github.io/x.git", "https://xn--fiqs8s.example/x",
    ],
)  # fmt: skip
def test_addresses_of_repositories_are_taken(address: str) -> None:
    assert addresses.fault(address, ("https",)) is None


@pytest.mark.parametrize(
    "address",
    [
        "", "-x", "https://", "https:///x", "https://x/y", "https://example.org",
        "http://example.org/x", "HTTPS://example.org/x", "https://-x.example.org/y",
        "https://me@example.org/x", "https://me:secret@example.org/x", "https://127.0.0.1/x",
        "https://0x7f.1/x", "https://[::1]/x", "https://localhost/x", "https://a.b/../x",
        "https://a.b/./x", "https://a.b//x", "https://a.b/-x", "https://a.b/x?y", "https://a.b/x#y",
        "https://a.b/x y", "https://a.b/x\n", "https://a.b/x\0", "https://a.b\\c/x", " https://a.b/x",
        "https://a.b/%2e%2e/x", "https://a..b/x", "https://a.b./x", "https://a.b:/x", "https://ａ.b/x",
        "https://a.b/" + 3000 * "x", "https://" + "a." * 999, "ssh://a.b/x", "a@a.b:x", "ext::",
        "file:/" + "//x", "/x", "x", "https://a.b/\u202ex",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_repeated(address: str) -> None:
    told = addresses.fault(address, ("https",))
    assert told
    assert "secret" not in told


@given(st.text(max_size=30).map("https://a.b/".__add__) | st.text().map("http://".__add__))
def test_no_page_ends_the_link_or_the_line_that_it_stands_in(address: str) -> None:
    if re.fullmatch(addresses.PAGE, address):
        assert not set(address) & set('<>"\\ \n\r\t\0')


# Texts that come near to an address or a path.
NEAR = st.text(alphabet="https:/.ab-~A0@?#%\\ \n比é", max_size=25)
NEAR |= st.text(alphabet=".ab-~A0@:é /", max_size=25).map("https://a.b/".__add__)
NAMES = st.lists(
    st.sampled_from(["a", "..", ".", "", "aux", "Con.txt", "com¹", "nul .x", "比", "-x", " ", "b."])
    | st.text(alphabet=":\\ab./ ", max_size=4),
    max_size=5,
).map("/".join) | st.sampled_from(["x" * 256, "x/" * 600 + "x"])


def finds(column: str, value: str) -> bool:
    """Whether the rule of a column of `sources` finds a value, as validation asks it."""
    (rule,) = [
        check
        for check in document_rules(PROJECT.contract)
        if check.code in ("address-unsafe", "path-unsafe")
        and (check.table, check.column) == ("sources", column)
    ]
    sql = f"SELECT {rule.where} FROM (SELECT ? AS {column}) AS t"
    (found,) = duckdb.execute(sql, [value]).fetchone() or (None,)
    return bool(found)


@given(NEAR | st.from_regex(addresses.REPOSITORY["https"], fullmatch=True))
def test_validation_and_git_take_the_same_addresses(address: str) -> None:
    assert finds("repository", address) == (addresses.fault(address, ("https",)) is not None)


@given(NAMES.filter(str.isprintable))
def test_validation_and_git_take_the_same_paths(name: str) -> None:
    if name and is_normalized("NFC", name):  # other rules tell of those
        assert finds("path", name) == (paths.fault(name) is not None)
