"""What a release remembers of its last run, so that one which stopped goes on there."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from hikaku import _atomic as atomic

# All that a release is made from; `dist` and the rest of the folder do not go into it.
INPUTS = (
    "datapackage.json",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "LICENSE",
    "LICENSE-DATA",
    "CITATION.cff",
    "tables",
    "translations",
    "scripts",
    "src",
    "docs/codebook.md",
)
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
    """SHA-256 over the names and bytes of all that a release is made from."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _input_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _input_files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
            inside = found.relative_to(root).parts
            if found.is_file() and "__pycache__" not in inside and inside[:3] != MADE:
                yield found
