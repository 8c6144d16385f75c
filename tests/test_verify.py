"""Every place is opened again: what was changed, moved or lost at the source is told."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from scripts.errors import NoPlace
from scripts.package import Package
from scripts.sources.document import Document
from scripts.sources.repositories import Repositories
from scripts.verify import JOURNAL, main, verify, write
from tests.planting import copy_package, plant

README = """\
# Results

| Model | Bench X | Size |
|---|---:|---|
| Model A | **87.1** | 72B |
| Model B | 12 points | N/A |

Model A reads up to 128K tokens.

<table><tr>
<td>Model A</td><td>0.871</td>
</tr></table>
"""


def git(folder: Path, *arguments: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
           "GIT_COMMITTER_EMAIL": "a@example.org"}  # fmt: skip
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, **who},
    )  # fmt: skip
    return done.stdout.strip()


class Source:
    """A package whose two repository sources are one real git repository."""

    def __init__(self, folder: Path) -> None:
        self.root = copy_package(folder)
        self.clones = folder / "clones"
        self.repository = self.clones / "some" / "repo"
        self.repository.mkdir(parents=True)
        git(self.repository, "init", "--quiet", "-b", "main")
        git(self.repository, "config", "uploadpack.allowAnySHA1InWant", "true")
        (self.repository / "README.md").write_text(README, encoding="utf-8")
        git(self.repository, "add", ".")
        git(self.repository, "commit", "--quiet", "-m", "results")
        self.commit = git(self.repository, "rev-parse", "HEAD")
        digest = hashlib.sha256(README.encode()).hexdigest()
        changes = []
        for name in ("repo-1", "repo-2"):
            changes += [
                {"cell": ["sources", name, "commit", self.commit]},
                {"cell": ["sources", name, "path", "README.md"]},
                {"cell": ["sources", name, "sha256", digest]},
            ]
        changes += [
            {"cell": ["scores", "repo-1:L5C2", "as_printed", "87.1"]},
            {"cell": ["scores", "repo-2:L5C2", "as_printed", "87.1"]},
        ]
        plant(self.root, changes)

    def verify(self, *arguments: str) -> int:
        given = ["--root", str(self.root), "--repositories", str(self.clones), *arguments]
        return main(given)

    def verify_by_files(self, clones: Path | None = None, at: Path | None = None) -> bool:
        """As the command does, which loads from the web alone: here the repository is a folder."""
        for name in ("repo-1", "repo-2"):
            address = (at or self.repository).as_uri()
            plant(self.root, [{"cell": ["sources", name, "repository", address]}])
        package = Package(self.root)
        with Repositories(clones, protocols=("file",)) as repositories:
            outcomes = verify(package, [], repositories)
        write(package, outcomes)
        self.told = [f"{o.source}:{o.locator} {o.state}: {o.found}" for o in outcomes]
        return {o.state for o in outcomes} == {"verified"}

    def states(self) -> dict[str, str]:
        with (self.root / "tables/verifications.csv").open(newline="", encoding="utf-8") as file:
            return {f"{r['source_id']}:{r['locator']}": r["state"] for r in csv.DictReader(file)}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def test_what_stands_there_is_verified(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    assert source.verify() == 0
    assert source.states() == {
        "repo-1:L5C2": "verified",
        "repo-2:L5C2": "verified",
        "repo-2:L6C2": "verified",
    }
    assert "3 places in 2 files: 3 verified" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "place", "state"),
    [
        # one digit
        ({"cell": ["scores", "repo-2:L5C2", "as_printed", "87.2"]}, "repo-2:L5C2", "changed"),
        # one column: the text stands elsewhere
        ({"cell": ["scores", "repo-2:L6C2", "as_printed", "Model B"]}, "repo-2:L6C2", "moved"),
        # a part of the cell is not the cell
        ({"cell": ["scores", "repo-2:L6C2", "as_printed", "12"]}, "repo-2:L6C2", "changed"),
        # another file of the same commit
        ({"cell": ["sources", "repo-2", "sha256", "0" * 64]}, "repo-2:L5C2", "changed"),
        ({"cell": ["sources", "repo-2", "path", "OTHER.md"]}, "repo-2:L5C2", "unreachable"),
        # one commit
        ({"cell": ["sources", "repo-2", "commit", "1" * 40]}, "repo-2:L5C2", "unreachable"),
    ],
)
def test_one_change_is_caught(
    source: Source, change: dict[str, list[str]], place: str, state: str
) -> None:
    plant(source.root, [change])
    assert not source.verify_by_files(source.clones)
    assert source.states()[place] == state
    assert source.states()["repo-1:L5C2"] == "verified"


def test_a_wrong_line_is_told_with_the_right_one(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    path = source.root / "tables/scores.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("repo-2:L6C2", "repo-2:L8C1").replace(",L6C2,", ",L8C1,"))
    assert source.verify() == 1
    assert source.states()["repo-2:L8C1"] == "moved"
    assert "it stands at L6C2" in capsys.readouterr().out


@pytest.mark.parametrize(("heading", "state"), [("Bench X", "verified"), ("Bench Y", "changed")])
def test_a_heading_that_is_not_the_comparisons_is_caught(
    source: Source, heading: str, state: str
) -> None:
    items = source.root / "tables/comparison_items.csv"
    rows = [
        "table-2:c1,table-2,column,1,Model,,Model",
        f"table-2:c2,table-2,column,2,{heading},bench-x,",
        "table-2:r1,table-2,row,1,Model A,model-a,",
    ]
    items.write_text(items.read_text() + "".join(r + "\n" for r in rows))
    comparisons = source.root / "tables/comparisons.csv"
    comparisons.write_text(comparisons.read_text() + "table-2,repo-2,L3-6,One model\n")
    for column, value in (("comparison_id", "table-2"), ("row", "1"), ("column", "2")):
        plant(source.root, [{"cell": ["scores", "repo-2:L5C2", column, value]}])
    assert source.verify() == (0 if state == "verified" else 1)
    assert source.states()["repo-2:L5C2"] == state


def test_a_heading_whose_line_has_no_such_cell_is_told(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cell is as printed, and our table puts its heading where the source has none."""
    items = source.root / "tables/comparison_items.csv"
    items.write_text(items.read_text() + "table-2:r1,table-2,row,1,Model A,model-a,\n")
    comparisons = source.root / "tables/comparisons.csv"
    comparisons.write_text(comparisons.read_text() + "table-2,repo-2,L8,One model\n")
    for column, value in (("comparison_id", "table-2"), ("row", "1"), ("column", "2")):
        plant(source.root, [{"cell": ["scores", "repo-2:L5C2", column, value]}])
    assert source.verify() == 1
    assert source.states()["repo-2:L5C2"] == "changed"
    assert "repo-2:L5C2 changed: found line 8 has 1 cells" in capsys.readouterr().out


def test_a_repository_that_is_not_at_hand_is_cloned(source: Source) -> None:
    assert source.verify_by_files()
    assert set(source.states().values()) == {"verified"}


def test_a_repository_that_cannot_be_had_is_unreachable(source: Source) -> None:
    assert not source.verify_by_files(at=source.root / "nowhere")
    assert set(source.states().values()) == {"unreachable"}
    assert source.told[0].startswith("repo-1:L5C2 unreachable: no repository")


def test_an_interrupted_run_goes_on_and_a_changed_row_is_opened_again(source: Source) -> None:
    assert source.verify("--dry-run", "--json") == 0
    journal = source.root / JOURNAL
    assert not journal.exists()  # nothing is left once a run is through
    with Repositories(source.clones) as repositories:
        verify(Package(source.root), ["repo-1"], repositories)
        assert journal.exists()
        journal.write_bytes(journal.read_bytes() + b'{"day": "20\xe6')  # cut off
        opened: list[str] = []
        read = repositories.read
        repositories.read = lambda *a: opened.append(a[2]) or read(*a)  # type: ignore[method-assign, func-returns-value]
        verify(Package(source.root), [], repositories)
        assert len(opened) == 1  # repo-2 alone
        plant(source.root, [{"cell": ["scores", "repo-1:L5C2", "as_printed", "88.1"]}])
        again = verify(Package(source.root), [], repositories)
        outcomes = {o.source: o.state for o in again}
    assert outcomes == {"repo-1": "changed", "repo-2": "verified"}


def test_one_source_leaves_the_others_as_they_were(source: Source) -> None:
    assert source.verify() == 0
    plant(source.root, [{"cell": ["scores", "repo-2:L5C2", "as_printed", "1"]}])
    assert source.verify("--source", "repo-1") == 0
    assert source.states()["repo-2:L5C2"] == "verified"  # as it was found last
    assert source.verify("--source", "repo-2") == 1
    assert source.states()["repo-2:L5C2"] == "changed"


def test_machines_get_json(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    plant(source.root, [{"cell": ["scores", "repo-2:L5C2", "as_printed", "1"]}])
    assert source.verify("--json") == 1
    (wrong,) = [o for o in json.loads(capsys.readouterr().out) if o["state"] != "verified"]
    assert wrong == {
        "source": "repo-2", "locator": "L5C2", "state": "changed", "found": "**87.1**",
        "expected": "1",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["repo-1:L5C2", "repo-1:L8", "verdict-2.e1"])
def test_a_place_is_shown(source: Source, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert source.verify("--show", name) == 0
    told = capsys.readouterr().out
    assert source.commit[:10] in told
    assert "128K" in told if name.endswith("L8") else "87.1" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--source", "nothing"], "nothing is no source in a repository; there are: repo-1"),
        (["--jobs", "0"], "--jobs takes a whole number from 1 up"),
        (["--show", "nothing"], "nothing is no place in a repository file"),
        (["--show", "repo-1:L99"], "the document ends at line"),
        (["--show", "repo-1:L5C9"], "line 5 has 3 cells"),
    ],
)
def test_misuse_is_told_and_nothing_is_written(
    source: Source, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (source.root / "tables/verifications.csv").read_bytes()
    assert source.verify(*arguments) == 2
    assert told in capsys.readouterr().err
    assert (source.root / "tables/verifications.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("path", "data", "told"),
    [
        ("README.md", b"| 87.1 \xff |\n", "README.md is no UTF-8 text"),
        ("paper.pdf", b"%PDF-1.7\nnothing more\n", "paper.pdf is no PDF that can be read"),
        ("paper.pdf", b"%PDF-", "paper.pdf is no PDF that can be read"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_and_the_others_are_opened(
    source: Source, path: str, data: bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (source.repository / path).write_bytes(data)
    git(source.repository, "add", ".")
    git(source.repository, "commit", "--quiet", "-m", "broken")
    for column, value in (("commit", git(source.repository, "rev-parse", "HEAD")), ("path", path)):
        plant(source.root, [{"cell": ["sources", "repo-2", column, value]}])
    assert source.verify() == 1
    out = capsys.readouterr().out
    assert f"repo-2:L5C2 unreachable: found {told}" in out
    assert "3 places in 2 files: 1 verified, 2 unreachable" in out
    assert source.verify("--show", "repo-2:L5C2") == 1
    assert capsys.readouterr().err.startswith(f"not verified: {told}")


def test_a_page_of_a_pdf_is_opened() -> None:
    document = Document(one_page_pdf("GLM-4 scores 87.1"), "paper.pdf")
    assert "87.1" in document.at("P1").text
    assert "87.1" in document.at("F").text
    assert "87.1" in document.at("P1T2R3C4").text  # a page is read as a whole
    with pytest.raises(NoPlace, match="1 page"):
        document.at("P2")


def one_page_pdf(text: str) -> bytes:
    content = f"BT /F1 12 Tf 9 9 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(data))
    )
