"""Puts a built release into a catalogue.

A catalogue holds the files of each version under `<version>/`, and `index.json`, which alone says
what is published. A version is claimed by writing its SHA256SUMS, if nobody did; then its files are
written, read back, and listed, each only if no other publisher was first. So a run that is cut
off leaves nothing visible, the next one goes on, and a published version never changes.

Taking over an unfinished version first claims it in the index: from then on the one that began
it cannot list it any more, and only then are its files removed.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from hikaku._formats import sums, version
from hikaku._formats.index import INDEX, Entry
from hikaku._formats.sums import SUMS
from hikaku.errors import DamagedStore, InvalidValue
from scripts import command
from scripts.errors import Refused
from scripts.package import Package
from scripts.publish.index import Index, read_index
from scripts.publish.storage import Storage, open_storage
from scripts.release_folder import file_sums

STAGES = ("check", "index", "claim", "upload", "verify", "list", "done")
ATTEMPTS = 30  # at what another publisher can be first at
Step = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Draft:
    """A release that is to be published, and what its SHA256SUMS says."""

    folder: Path
    text: bytes
    sums: Mapping[str, str]

    @property
    def version(self) -> str:
        return self.folder.name

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text).hexdigest()

    @property
    def expected(self) -> dict[str, str]:
        """SHA-256 by the name in the catalogue, of SHA256SUMS too."""
        sums = {SUMS: self.digest, **self.sums}
        return {f"{self.version}/{name}": digest for name, digest in sums.items()}

    def entry(self, day: date) -> Entry:
        return Entry(
            version=self.version,
            published_on=day.isoformat(),
            path=f"{self.version}/",
            sums_sha256=self.digest,
            files=len(self.sums),
            bytes=sum((self.folder / name).stat().st_size for name in self.sums),
        )


def _silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def publish(
    release: Path,
    target: str | Path,
    *,
    take_over: bool = False,
    published_on: date | None = None,
    step: Step = _silent,
) -> bool:
    """Publish the folder `release`, named for its version. False if it was published already.

    `target` is a folder or a URL (`s3://bucket/prefix`). `take_over` removes what another
    publisher left unfinished. `step` is told each stage with how much of it is done. Raises
    Refused, and DamagedStore and Unreachable of the catalogue. Each file is written once and
    read once.
    """
    step("check", 0, 1)
    draft = _checked(release)
    store = open_storage(target)
    proved = False
    for attempt in range(ATTEMPTS):
        _rest(attempt)
        # Whatever happens to the catalogue from here on changes the index that is read now, and
        # then this one is not written over it: all is looked at again.
        step("index", 0, 1)
        index = read_index(store)
        if _is_listed(store, index, draft):
            return False
        if not proved:
            store.prove()
            proved = True
        owner = index.claims.get(draft.version)
        begun = owner or store.names(f"{draft.version}/")
        if take_over and begun and owner != draft.digest:
            step("claim", 0, 1)
            if store.swap(INDEX, index.with_claim(draft.version, draft.digest), index.tag):
                take_over = False
            continue
        if owner not in (None, draft.digest):
            raise Refused(_begun(store, draft))
        step("claim", 0, 1)
        if owner:
            _remove_others(store, draft)
        _claim(store, draft)
        _upload(store, draft, step)
        _verify(store, draft, step)
        step("list", 0, 1)
        day = published_on or datetime.now(UTC).date()
        if store.swap(INDEX, index.with_entry(draft.entry(day)), index.tag):
            step("done", 1, 1)
            return True
    raise Refused(_outrun(store, draft, index))


def _rest(attempt: int) -> None:
    """Before another attempt, a while that grows and that no two publishers share."""
    if attempt:
        time.sleep(random.uniform(0, min(2.0, 0.01 * 2**attempt)))


def _outrun(store: Storage, draft: Draft, before: Index) -> str:
    """Who was always first: what the index lists or claims by now."""
    now = read_index(store)
    listed = [e.version for e in now.versions if before.find(e.version) is None]
    claimed = [
        f"a claim of {v}" for v, digest in now.claims.items() if before.claims.get(v) != digest
    ]
    winners = ", ".join([*listed, *claimed]) or "none that it shows"
    return (
        f"{INDEX} of {store.url} was changed by others {ATTEMPTS} times while {draft.version} was "
        f"to be listed (the last of them: {winners}); its files are there: run this again when "
        "they have finished"
    )


def _checked(release: Path) -> Draft:
    if not release.is_dir():
        raise Refused(f"{release} does not exist; build it first: python -m scripts.build")
    try:
        version.parse(release.name)
    except InvalidValue:
        raise Refused(
            f"{release} is not named for a version; publish a folder such as dist/1.0.0"
        ) from None
    path = release / SUMS
    text = path.read_bytes() if path.is_file() else b""
    named = sums.parse(text, str(release))
    if not named or named != file_sums(release):
        raise Refused(f"{release} does not match its {SUMS}; build it again")
    return Draft(release, text, named)


def _is_listed(store: Storage, index: Index, draft: Draft) -> bool:
    entry = index.find(draft.version)
    if entry and entry.sums_sha256 != draft.digest:
        raise Refused(
            f"version {draft.version} is published with other content "
            f"({_differing(draft.sums, _published(store, entry))}); "
            "a published version never changes: raise the version in datapackage.json"
        )
    return entry is not None


def _published(store: Storage, entry: Entry) -> Mapping[str, str]:
    """What the published version holds, as far as that can be told."""
    snapshot = store.read(f"{entry.path}{SUMS}")
    try:
        return sums.parse(snapshot.data, store.url) if snapshot else {}
    except DamagedStore:
        return {}


def _differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """The first few names whose content differs, tables first."""
    names = [n for n in {*ours, *theirs} if ours.get(n) != theirs.get(n)] or [SUMS]
    names.sort(key=lambda name: (not name.startswith("tables/"), name))
    return f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}"


def _begun(store: Storage, draft: Draft) -> str:
    return (
        f"another publisher began version {draft.version} in {store.url} with other content and "
        "has not finished; let it finish and raise the version in datapackage.json, or, if it "
        "was given up, run this again with --take-over, which removes its unfinished files"
    )


def _claim(store: Storage, draft: Draft) -> None:
    """Write SHA256SUMS first: it says whose the unlisted version is."""
    name = f"{draft.version}/{SUMS}"
    for attempt in range(ATTEMPTS):
        _rest(attempt)
        if store.create(name, draft.text):
            return
        found = store.digest(name)
        if found == draft.digest:
            return
        if found:  # None: another's write was refused as well, or its claim was just removed
            raise Refused(_begun(store, draft))
    raise Refused(
        f"{store.url}/{name} could not be written in {ATTEMPTS} attempts, and nobody else wrote it "
        "either; look whether others keep publishing and removing this version, or whether the "
        "store refuses every write, and run this again"
    )


def _upload(store: Storage, draft: Draft, step: Step) -> None:
    there = set(store.names(f"{draft.version}/"))
    for done, name in enumerate(draft.sums):
        step("upload", done, len(draft.sums))
        if f"{draft.version}/{name}" not in there:
            # False: another publisher of the same release was first, which is as good.
            store.create(f"{draft.version}/{name}", draft.folder / name)


def _verify(store: Storage, draft: Draft, step: Step) -> None:
    """Read everything back; nothing may be missing, different, or there besides."""
    names = {*store.names(f"{draft.version}/"), *draft.expected}
    for done, name in enumerate(sorted(names)):
        step("verify", done, len(names))
        if name not in draft.expected or store.digest(name) != draft.expected[name]:
            raise Refused(
                f"{store.url}/{name} is not what {SUMS} of {draft.folder} says; nothing was "
                "published. Try again if the release or the catalogue was being changed; "
                "--take-over replaces the files that differ"
            )


def _remove_others(store: Storage, draft: Draft) -> None:
    """Remove what is not of this release from the version that was taken over.

    Looks each time whether it still is: a publisher that stood still may have lost it.
    """
    for name in store.names(f"{draft.version}/"):
        if store.digest(name) == draft.expected.get(name, ""):
            continue
        index = read_index(store)
        if index.find(draft.version) or index.claims.get(draft.version) != draft.digest:
            raise Refused(_begun(store, draft))
        store.delete(name)


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("publish", "Put the built release into a catalogue.")
    parser.add_argument(
        "release", type=Path, nargs="?", help="default: dist/ and the current version"
    )
    parser.add_argument(
        "--to", required=True, metavar="TARGET", help="a folder, or a URL such as s3://bucket/name"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="remove what another publisher of this version left unfinished",
    )
    return command.run(parser, _act, arguments, failed="not published")


def _act(options: argparse.Namespace) -> int:
    release = options.release
    if release is None:
        release = options.root / "dist" / Package(options.root).contract.version
    release = release.resolve()
    with command.progress("publishing") as step:
        new = publish(
            release,
            options.to,
            take_over=options.take_over,
            step=lambda stage, done, of: step(done, of, stage),
        )
    place = f"{open_storage(options.to).url.rstrip('/')}/{release.name}"
    if options.json:
        command.show_json({"version": release.name, "place": place, "new": new})
    else:
        print(f"{'published' if new else 'already published, nothing to do'}: {place}")
    return command.OK
