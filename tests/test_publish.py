"""What was published stays what it was, and nothing half-published is ever seen."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

import hikaku
from hikaku._formats.version import parse
from hikaku.errors import DamagedStore, Unreachable
from scripts.build.run import build
from scripts.errors import Refused
from scripts.package import Package
from scripts.publish import run as publishing
from scripts.publish import storage
from scripts.publish.index import read_index
from scripts.publish.run import STAGES, Step, main, publish
from scripts.publish.storage import open_storage
from scripts.release_folder import write_sums
from tests.kill_publish import kill_many, told_seed
from tests.planting import cell
from tests.shelf import Shelf, client, s3_server, small_release


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


def make_shelf(request: pytest.FixtureRequest) -> Shelf:
    folder: Path = request.getfixturevalue("tmp_path")
    if request.param == "folder":
        return Shelf(str(folder / "catalogue"))
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in request.getfixturevalue("server").items():
        monkeypatch.setenv(name, value)
    return Shelf(f"s3://shelf/{folder.name}")


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """An empty catalogue of each kind."""
    return make_shelf(request)


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.long)])
def staged_shelf(request: pytest.FixtureRequest) -> Shelf:
    """The same, for tests that run many times: S3 only in the long run."""
    return make_shelf(request)


class CutOff(Exception):
    """Stands for whatever ends a publisher."""


def cut_off_at(stage: str, times: int = 1) -> Step:
    """Raises when the stage is reached for the nth time."""
    left = [times]

    def step(reached: str, done: int, total: int) -> None:
        left[0] -= reached == stage
        if not left[0]:
            raise CutOff

    return step


def waiting_at(stage: str, times: int, reached: threading.Event, go: threading.Event) -> Step:
    """Stops when the stage is reached for the nth time, until it is told to go on."""
    left = [times]

    def step(at: str, done: int, total: int) -> None:
        left[0] -= at == stage
        if not left[0] and not reached.is_set():
            reached.set()
            assert go.wait(30)

    return step


class Publisher(threading.Thread):
    """Publishes beside the test; `outcome` is what came of it."""

    def __init__(
        self, release: Path, target: str, step: Step | None = None, take_over: bool = False
    ) -> None:
        super().__init__(daemon=True)
        self.release, self.to, self.take_over = release, target, take_over
        self.step: Step = step or (lambda stage, done, total: None)
        self.outcome: object = None
        self.start()

    def run(self) -> None:
        try:
            self.outcome = publish(self.release, self.to, take_over=self.take_over, step=self.step)
        except Exception as error:
            self.outcome = error


def held_at(
    stage: str, release: Path, target: str, take_over: bool = False
) -> tuple[Publisher, threading.Event]:
    """A publisher that stands still at a stage, and what lets it go on.

    One that takes over reaches the stage `claim` twice: in the index, and then in the version.
    """
    reached, go = threading.Event(), threading.Event()
    step = waiting_at(stage, 1 + (take_over and stage == "claim"), reached, go)
    publisher = Publisher(release, target, step, take_over)
    assert reached.wait(30), publisher.outcome
    return publisher, go


def test_a_built_release_arrives_whole(package: Path, shelf: Shelf) -> None:
    release = build(Package(package))
    assert publish(release, shelf.target, published_on=date(2026, 2, 3))
    (version,) = shelf.published()
    assert version == release.name
    (entry,) = json.loads(shelf.read("index.json"))["versions"]
    assert entry["published_on"] == "2026-02-03"
    assert entry["path"] == f"{release.name}/"


def test_a_file_url_is_the_folder_it_names(tmp_path: Path) -> None:
    release = small_release(tmp_path, "1.0.0")
    assert publish(release, (tmp_path / "catalogue").as_uri())
    assert not publish(release, tmp_path / "catalogue")
    assert list(Shelf(str(tmp_path / "catalogue")).published()) == ["1.0.0"]


def test_the_same_content_again_changes_nothing(package: Path, tmp_path: Path) -> None:
    release, catalogue = build(Package(package)), tmp_path / "catalogue"
    assert publish(release, catalogue)
    times = {p: p.stat().st_mtime_ns for p in catalogue.rglob("*")}
    assert not publish(release, catalogue)
    assert {p: p.stat().st_mtime_ns for p in catalogue.rglob("*")} == times


@pytest.mark.parametrize("take_over", [False, True])
def test_a_published_version_cannot_be_replaced(
    package: Path, staged_shelf: Shelf, take_over: bool
) -> None:
    publish(build(Package(package)), staged_shelf.target)
    before = staged_shelf.files()
    cell(package, "claims", "claim-2", "statement", "Beta Labs is younger.")
    with pytest.raises(Refused, match=r"other content.*claims\.csv.*raise the version"):
        publish(build(Package(package)), staged_shelf.target, take_over=take_over)
    assert staged_shelf.files() == before


def test_a_release_that_was_touched_is_not_published(tmp_path: Path, shelf: Shelf) -> None:
    release = small_release(tmp_path, "1.0.0")
    with (release / "tables/claims.csv").open("a") as file:
        file.write("x\n")
    with pytest.raises(Refused, match="does not match"):
        publish(release, shelf.target)
    assert not shelf.files()


def test_a_release_that_changes_meanwhile_is_not_listed(
    tmp_path: Path, staged_shelf: Shelf
) -> None:
    release = small_release(tmp_path, "1.0.0")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "claim":
            (release / "tables/claims.csv").write_text("changed", encoding="utf-8")

    with pytest.raises(Refused, match=r"claims\.csv is not what SHA256SUMS.*--take-over"):
        publish(release, staged_shelf.target, step=change)
    assert not staged_shelf.published()
    small_release(tmp_path, "1.0.0")
    with pytest.raises(Refused, match="--take-over"):
        publish(release, staged_shelf.target)
    assert publish(release, staged_shelf.target, take_over=True)
    assert list(staged_shelf.published()) == ["1.0.0"]
    assert "claims" not in json.loads(staged_shelf.read("index.json"))


@pytest.mark.parametrize(("stage", "times"), [*((s, 1) for s in STAGES), ("upload", 3)])
def test_a_publisher_that_was_cut_off_is_finished_by_the_next(
    tmp_path: Path, staged_shelf: Shelf, stage: str, times: int
) -> None:
    publish(small_release(tmp_path, "1.0.0"), staged_shelf.target)
    before = staged_shelf.published()
    release = small_release(tmp_path, "1.1.0", "two")
    with pytest.raises(CutOff):
        publish(release, staged_shelf.target, step=cut_off_at(stage, times))
    served = staged_shelf.published()
    assert served["1.0.0"] == before["1.0.0"]
    assert ("1.1.0" in served) == (stage == "done")
    assert publish(release, staged_shelf.target) == (stage != "done")
    assert staged_shelf.published().keys() == {"1.0.0", "1.1.0"}


def test_a_part_that_a_killed_writer_left_is_gone_after_the_next(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "catalogue"))
    shelf.write(".part", b"half of a file")
    publish(small_release(tmp_path, "1.0.0"), shelf.target)
    assert ".part" not in shelf.files()


def test_an_unfinished_version_of_another_is_neither_mixed_nor_lost(
    tmp_path: Path, staged_shelf: Shelf
) -> None:
    first = small_release(tmp_path / "a", "1.0.0", "one")
    second = small_release(tmp_path / "b", "1.0.0", "two")
    with pytest.raises(CutOff):
        publish(first, staged_shelf.target, step=cut_off_at("upload", 3))
    before = staged_shelf.files()
    with pytest.raises(Refused, match=r"another publisher began version 1\.0\.0.*--take-over"):
        publish(second, staged_shelf.target)
    assert staged_shelf.files() == before
    assert publish(first, staged_shelf.target)


@pytest.mark.parametrize("stage", ["claim", "upload", "verify", "list"])
def test_taking_over_can_be_cut_off_too(tmp_path: Path, staged_shelf: Shelf, stage: str) -> None:
    first = small_release(tmp_path / "a", "1.0.0", "one")
    (first / "only-here").touch()
    write_sums(first)
    second = small_release(tmp_path / "b", "1.0.0", "two")
    with pytest.raises(CutOff):
        publish(first, staged_shelf.target, step=cut_off_at("list"))
    with pytest.raises(CutOff):
        publish(
            second,
            staged_shelf.target,
            take_over=True,
            step=cut_off_at(stage, 1 + (stage == "claim")),
        )
    assert not staged_shelf.published()
    with pytest.raises(Refused, match="another publisher began"):
        publish(first, staged_shelf.target)
    assert publish(second, staged_shelf.target)
    assert "only-here" not in staged_shelf.published()["1.0.0"]


def test_who_was_taken_over_cannot_list_what_was_removed(
    tmp_path: Path, staged_shelf: Shelf
) -> None:
    first = small_release(tmp_path / "a", "1.0.0", "one")
    second = small_release(tmp_path / "b", "1.0.0", "two")
    slow, go = held_at("list", first, staged_shelf.target)
    assert publish(second, staged_shelf.target, take_over=True)
    before = staged_shelf.published()
    go.set()
    slow.join(30)
    assert isinstance(slow.outcome, Refused), slow.outcome
    assert "raise the version" in str(slow.outcome)
    assert staged_shelf.published() == before


def test_who_was_taken_over_while_files_are_removed_is_told(
    tmp_path: Path, staged_shelf: Shelf
) -> None:
    first = small_release(tmp_path / "a", "1.0.0", "one")
    second = small_release(tmp_path / "b", "1.0.0", "two")
    slow, go = held_at("list", first, staged_shelf.target)
    with pytest.raises(CutOff):
        publish(second, staged_shelf.target, take_over=True, step=cut_off_at("claim", 2))
    go.set()
    slow.join(30)
    assert isinstance(slow.outcome, Refused), slow.outcome
    assert not staged_shelf.published()
    assert publish(second, staged_shelf.target)


def test_of_two_that_take_over_the_later_wins(tmp_path: Path, staged_shelf: Shelf) -> None:
    first, second, third = (
        small_release(tmp_path / word, "1.0.0", word) for word in ("one", "two", "three")
    )
    with pytest.raises(CutOff):
        publish(first, staged_shelf.target, step=cut_off_at("list"))
    slow, go = held_at("claim", second, staged_shelf.target, take_over=True)
    assert publish(third, staged_shelf.target, take_over=True)
    before = staged_shelf.files()
    go.set()
    slow.join(30)
    assert isinstance(slow.outcome, Refused), slow.outcome
    assert staged_shelf.files() == before


def test_a_take_over_is_not_taken_back_unasked(tmp_path: Path, staged_shelf: Shelf) -> None:
    first, second, third = (
        small_release(tmp_path / word, "1.0.0", word) for word in ("one", "two", "three")
    )
    with pytest.raises(CutOff):
        publish(first, staged_shelf.target, step=cut_off_at("list"))
    slow, go = held_at("list", second, staged_shelf.target, take_over=True)
    with pytest.raises(CutOff):
        publish(third, staged_shelf.target, take_over=True, step=cut_off_at("claim", 2))
    go.set()
    slow.join(30)
    assert isinstance(slow.outcome, Refused), slow.outcome
    assert publish(third, staged_shelf.target)


def test_a_file_of_nobody_is_not_published(tmp_path: Path, shelf: Shelf) -> None:
    release = small_release(tmp_path, "1.0.0")
    shelf.write("1.0.0/stray", b"")
    with pytest.raises(Refused, match=r"1\.0\.0/stray is not what SHA256SUMS"):
        publish(release, shelf.target)
    assert publish(release, shelf.target, take_over=True)
    assert "stray" not in shelf.published()["1.0.0"]


@pytest.mark.parametrize("stage", ["index", "claim", "upload", "verify", "list"])
def test_of_two_publishers_with_other_content_one_wins_and_one_is_told(
    tmp_path: Path, staged_shelf: Shelf, stage: str
) -> None:
    first = small_release(tmp_path / "a", "1.0.0", "one")
    second = small_release(tmp_path / "b", "1.0.0", "two")
    slow, go = held_at(stage, first, staged_shelf.target)
    fast = Publisher(second, staged_shelf.target)
    fast.join(30)
    go.set()
    slow.join(30)
    told = [o for o in (slow.outcome, fast.outcome) if isinstance(o, Refused)]
    assert len(told) == 1, (slow.outcome, fast.outcome)
    assert True in (slow.outcome, fast.outcome)
    assert len(staged_shelf.published()) == 1


@pytest.mark.parametrize("stage", ["index", "claim", "upload", "verify", "list"])
def test_two_publishers_of_one_release_do_each_other_no_harm(
    tmp_path: Path, staged_shelf: Shelf, stage: str
) -> None:
    release = small_release(tmp_path, "1.0.0")
    slow, go = held_at(stage, release, staged_shelf.target)
    assert publish(release, staged_shelf.target)
    before = staged_shelf.files()
    go.set()
    slow.join(30)
    assert slow.outcome is False
    assert staged_shelf.files() == before


def test_versions_published_at_once_are_all_listed(tmp_path: Path, staged_shelf: Shelf) -> None:
    versions = [f"1.{n}.0" for n in range(6)]
    releases = [small_release(tmp_path, v, v) for v in versions]
    publishers = [Publisher(r, staged_shelf.target) for r in releases]
    for publisher in publishers:
        publisher.join(60)
    assert [p.outcome for p in publishers] == [True] * 6
    assert list(staged_shelf.published()) == versions


def test_of_many_at_once_one_content_wins(tmp_path: Path, staged_shelf: Shelf) -> None:
    releases = [small_release(tmp_path / str(n), "1.0.0", f"word {n}") for n in range(6)]
    publishers = [Publisher(r, staged_shelf.target) for r in releases]
    for publisher in publishers:
        publisher.join(60)
    assert sum(p.outcome is True for p in publishers) == 1
    assert sum(isinstance(p.outcome, Refused) for p in publishers) == 5
    assert len(staged_shelf.published()) == 1


def test_the_index_sorts_versions_by_number(tmp_path: Path, staged_shelf: Shelf) -> None:
    for version in ("0.10.0", "0.9.0"):
        publish(small_release(tmp_path, version), staged_shelf.target)
    assert list(staged_shelf.published()) == ["0.9.0", "0.10.0"]
    assert parse("0.9.0") < parse("0.10.0")


@pytest.mark.parametrize("newer", [False, True])
def test_a_catalogue_that_states_no_format_is_refused_and_left_as_it_is(
    tmp_path: Path, staged_shelf: Shelf, newer: bool
) -> None:
    release = small_release(tmp_path, "0.9.0")
    publish(release, staged_shelf.target)
    (entry,) = json.loads(staged_shelf.read("index.json"))["versions"]
    old = {"version": "0.9.0", "path": "0.9.0", "sha256sums": entry["sums_sha256"]}
    first = {"name": "hikaku", "latest": "0.9.0", "versions": [old]}
    staged_shelf.write("index.json", json.dumps(first).encode())
    before = staged_shelf.files()
    with pytest.raises(DamagedStore, match="states no format"):
        publish(small_release(tmp_path, "1.0.0") if newer else release, staged_shelf.target)
    assert staged_shelf.files() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "it is no JSON"),
        ("[]", "it states no format"),
        ('{"format": 1, "versions": [{"version": "1.0.0"}]}', "has no day in published_on"),
        ('{"format": 2, "versions": []}', "upgrade"),
        ('{"versions": [{"version": "0.1.0", "sha256sums": ""}]}', "it states no format"),
    ],
)
def test_a_damaged_index_is_not_written_over(
    tmp_path: Path, staged_shelf: Shelf, text: str, told: str
) -> None:
    staged_shelf.write("index.json", text.encode())
    with pytest.raises(DamagedStore, match=told):
        publish(small_release(tmp_path, "1.0.0"), staged_shelf.target)
    assert staged_shelf.files() == {"index.json": text.encode()}


def test_a_reader_finds_what_is_listed(tmp_path: Path, staged_shelf: Shelf) -> None:
    assert read_index(open_storage(staged_shelf.target)).versions == ()
    publish(small_release(tmp_path, "1.0.0"), staged_shelf.target)
    entry = read_index(open_storage(staged_shelf.target)).find("1.0.0")
    assert entry
    assert entry.files == 4


def test_a_second_write_of_a_file_is_refused_by_the_storage(shelf: Shelf, tmp_path: Path) -> None:
    store = open_storage(shelf.target)
    (tmp_path / "x").write_bytes(b"file")
    assert store.create("1/a", b"one")
    assert not store.create("1/a", b"two")
    assert not store.create("1/a", tmp_path / "x")
    assert shelf.read("1/a") == b"one"
    assert not store.swap("1/a", b"two", None)
    assert not store.swap("1/gone", b"two", "tag")
    snapshot = store.read("1/a")
    assert snapshot
    assert store.swap("1/a", b"two", snapshot.tag)
    assert not store.swap("1/a", b"three", snapshot.tag)
    assert shelf.read("1/a") == b"two"
    store.delete("1/a")
    store.delete("1/a")
    assert store.names("1/") == []
    assert store.digest("1/a") is None


def test_nothing_built_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "0.0.1"), "--to", str(tmp_path / "catalogue")]) == 1
    assert "build it first" in capsys.readouterr().err


def test_a_folder_that_is_no_version_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not named for a version"):
        publish(small_release(tmp_path, "index.json"), tmp_path / "catalogue")


@pytest.mark.parametrize("target", ["nonsense://x", "memory://x", "s3://no-such-bucket/x"])
def test_a_target_that_cannot_be_is_one_sentence(
    target: str,
    tmp_path: Path,
    server: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    assert main([str(small_release(tmp_path, "1.0.0")), "--to", target]) == 1
    told = capsys.readouterr().err
    assert target in told
    assert "Traceback" not in told


def test_who_may_not_write_is_not_told_that_another_was_first(
    tmp_path: Path, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    s3 = client(server)
    s3.create_bucket(Bucket="closed")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    s3.put_bucket_policy(Bucket="closed", Policy=json.dumps(policy))
    (tmp_path / "x").write_bytes(b"file")
    store = open_storage("s3://closed/x")
    denied = r"s3://closed/x/1/a: .*that you may write there"
    for content in (b"one", tmp_path / "x"):
        with pytest.raises(Unreachable, match=denied):
            store.create("1/a", content)
    with pytest.raises(Unreachable, match=denied):
        store.swap("1/a", b"one", None)
    with pytest.raises(Unreachable, match="s3://closed/x"):
        publish(small_release(tmp_path, "1.0.0"), "s3://closed/x")
    assert store.names("") == []


def test_a_target_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Unreachable, match="check that the target exists"):
        publish(small_release(tmp_path, "1.0.0"), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_the_command_tells_people_and_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release, target = str(small_release(tmp_path, "1.0.0")), str(tmp_path / "catalogue")
    assert main([release, "--to", target]) == 0
    assert capsys.readouterr().out == f"published: {target}/1.0.0\n"
    assert main([release, "--to", target, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"version": "1.0.0", "place": f"{target}/1.0.0", "new": False}


@pytest.mark.parametrize("condition", ["If-None-Match", "If-Match"])
@pytest.mark.parametrize("take_over", [False, True])
def test_a_store_that_writes_over_others_in_silence_is_refused_before_anything_is_written(
    condition: str, take_over: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server(deaf_to=condition) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        shelf = Shelf("s3://shelf/careless")
        shelf.write("1.0.0/tables/begun.csv", b"another's")
        before = shelf.files()
        told = rf"s3://shelf/careless ignores {condition} and writes over .* or a folder$"
        with pytest.raises(Refused, match=told):
            publish(small_release(tmp_path, "1.0.0"), shelf.target, take_over=take_over)
        assert shelf.files() == before


def test_publishers_that_try_a_store_at_the_same_time_find_it_sound(
    tmp_path: Path, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    outcomes: list[object] = []

    def prove() -> None:
        try:
            outcomes.append(open_storage(f"s3://shelf/{tmp_path.name}").prove())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=prove) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == [None] * 6
    assert not Shelf(f"s3://shelf/{tmp_path.name}").files()


def test_a_publisher_that_is_never_first_gives_up_and_says_who_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "ATTEMPTS", 3)
    target = tmp_path / "catalogue"
    others = iter(small_release(tmp_path / "others", f"2.{n}.0") for n in range(9))

    def overtaken(stage: str, done: int, total: int) -> None:
        if stage == "list":
            publish(next(others), target)

    with pytest.raises(
        Refused, match=r"others 3 times while 1\.0\.0 .*: 2\.2\.0\).*run this again"
    ):
        publish(small_release(tmp_path, "1.0.0"), target, step=overtaken)
    assert list(Shelf(str(target)).published()) == ["2.0.0", "2.1.0", "2.2.0"]
    assert publish(small_release(tmp_path, "1.0.0"), target)


def test_a_store_that_refuses_every_claim_is_told_and_not_asked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "ATTEMPTS", 3)
    with s3_server(closed="/SHA256SUMS") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(Refused, match="SHA256SUMS could not be written in 3 attempts"):
            publish(small_release(tmp_path, "1.0.0"), "s3://shelf/x")


def test_a_publisher_that_stands_still_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 0.1)
    target = tmp_path / "catalogue"
    target.mkdir()
    with FileLock(target / ".lock"), pytest.raises(Unreachable, match=r"held .* for 0\.1 seconds"):
        publish(small_release(tmp_path, "1.0.0"), target)
    assert publish(small_release(tmp_path, "1.0.0"), target)


LINKS = ["1.0.0", "1.0.0/tables", "1.0.0/SHA256SUMS", "1.0.0/tables/claims.csv", "index.json",
         ".lock", ".part"]  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("take_over", [False, True])
def test_a_link_in_a_catalogue_leads_no_publisher_elsewhere(
    name: str, take_over: bool, tmp_path: Path
) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "catalogue" / name
    elsewhere.mkdir()
    (elsewhere / "claims.csv").write_bytes(b"mine")
    link.parent.mkdir(parents=True)
    folder = name in ("1.0.0", "1.0.0/tables")
    link.symlink_to(elsewhere if folder else elsewhere / "claims.csv")
    with pytest.raises((Unreachable, Refused), match="a link"):
        publish(small_release(tmp_path, "1.0.0"), tmp_path / "catalogue", take_over=take_over)
    assert {p.name: p.read_bytes() for p in elsewhere.iterdir()} == {"claims.csv": b"mine"}


def test_a_catalogue_may_itself_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "catalogue").symlink_to(tmp_path / "disk")
    assert publish(small_release(tmp_path, "1.0.0"), tmp_path / "catalogue")
    assert list(Shelf(str(tmp_path / "disk")).published()) == ["1.0.0"]


TARGETS = [
    "plain", "a b", "with%20space", "two::colons", "simplecache::x", "~", "~nobody", "file:x",
    "x?y=z#w", "trailing/", "./over/../there", "比較", "-x", "$HOME", "glob[1]*",
    "{here}/absolute", "{here}/a//b/", "{url}/a%20b", "{url}/a%2520b/", "{url}/%E6%AF%94",
    "{url}/a::b", "{url}/x/../y", "FILE://{path}/big", "file://localhost{path}/host",
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="names that Windows has not")
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_published_is_opened_under_the_same_text(
    target: str, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = target.format(here=tmp_path, url=tmp_path.as_uri(), path=tmp_path.as_posix())
    (release, *_) = sorted(p for p in releases.iterdir() if p.is_dir())
    assert publish(release, target)
    assert hikaku.open(target).version == release.name
    assert not publish(release, target)
    made = [p for p in tmp_path.iterdir() if p.name != "over"]
    assert len(made) == 1, "nothing but that folder was made"


@pytest.mark.parametrize(
    "target",
    [
        "s3://me:secret@shelf/x", "s3://shelf/x?X-Amz-Signature=secret", "s3://shelf/x#secret",
        "https://me:secret@example.org/x?secret#secret", "file:/" + "//x?secret", "ftp://me:secret@x/y",
        "file://me:secret@localhost/x", "http://[secret", "",
    ],
)  # fmt: skip
def test_no_message_repeats_a_password_or_a_signed_query(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(small_release(tmp_path, "1.0.0")), "--to", target, "--json"]) == 1
    told = "".join(capsys.readouterr())
    assert "not published: " in told
    assert "secret" not in told


@pytest.mark.parametrize("target", ["s3://shelf/../x", "s3://shelf//x", "s3:///x", "a\0b", "s3://"])
def test_a_target_that_is_no_plain_name_is_refused(target: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        publish(small_release(tmp_path, "1.0.0"), target)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_killed_publisher_tears_nothing(
    kind: str, tmp_path: Path, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    target = str(tmp_path / "catalogue") if kind == "folder" else f"s3://shelf/{tmp_path.name}"
    assert len(kill_many(tmp_path, target, len(STAGES), told_seed())) == len(STAGES)
