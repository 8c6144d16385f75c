"""What a release remembers of its last run, so that one which stopped goes on there."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
import tomllib
from pathlib import Path

from hikaku import _atomic as atomic
from scripts.errors import Unpackable

# What a release is made from and no Python package holds.
BESIDE = (
    "requirements.lock",  # says by which versions of the tools
    "docs/codebook.md",
    ".gitignore",  # says what the builder of the packages leaves out
)


def inputs(root: Path) -> tuple[str, ...]:
    """The files and folders that a release is made from, as names below `root`.

    What the Python packages hold is asked of `pyproject.toml`, where their builder reads it. All
    else of the folder, such as `dist`, does not go into a release. Raises Unpackable.
    """
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        targets = project["tool"]["hatch"]["build"]["targets"]
        packed = [*targets["sdist"]["include"], *targets["wheel"]["packages"]]
        packed += [project["project"]["readme"], *project["project"]["license-files"]]
        packed += [hook["path"] for hook in targets["wheel"]["hooks"].values()]
        names = {str(name).strip("/") for name in (*packed, *BESIDE)}
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unpackable(
            f"pyproject.toml does not say what is packed ({type(error).__name__}: {error}); "
            "restore it from version control"
        ) from None
    inside = {n for n in names if any(n.startswith(f"{other}/") for other in names)}
    return tuple(sorted(names - inside))


# Made from the inputs, although it lies among them.
MADE = ("src", "hikaku", "data")


class Memory:
    """Which stages were finished, each with a digest of what went into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._done: dict[str, str] = dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self._done = {}

    def has(self, stage: str, digest: str) -> bool:
        return self._done.get(stage) == digest

    def note(self, stage: str, digest: str) -> None:
        self._done[stage] = digest
        self.path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(self.path, json.dumps(self._done, indent=2).encode())


def inputs_digest(root: Path) -> str:
    """SHA-256 over all that a release is made from: files, by name, mode and bytes, and tools."""
    digest = hashlib.sha256(sys.version.encode())
    # What is installed, of which each version writes other bytes.
    tools = sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions())
    digest.update("\0".join(tools).encode())
    for name, path in sorted(input_files(root).items()):
        runs = "x" if path.stat().st_mode & 0o100 else "-"
        digest.update(f"\0{name}\0{runs}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def input_files(root: Path) -> dict[str, Path]:
    """Each file by its name below the root; the folders above the root have no say."""
    found = {}
    for name in inputs(root):
        top = root / name
        for path in top.rglob("*") if top.is_dir() else [top]:
            inside = path.relative_to(root).parts
            if path.is_file() and "__pycache__" not in inside and inside[:3] != MADE:
                found["/".join(inside)] = path
    return found
