"""The whole of a release: its data, the change log, the Python packages, a zip, checksums."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from scripts import release_folder
from scripts.errors import Unpackable

EPOCH = 315532800  # 1980-01-01, the first day that a zip can name
DAY = (1980, 1, 1, 0, 0, 0)


def assemble(root: Path, draft: Path, dist: Path, notes: dict[str, str]) -> Path:
    """Put the data of `draft` and all that goes with it into `dist/<version>`. Returns it.

    `notes` are further texts by file name, such as the change log. The same input gives the same
    bytes. Written whole or not at all. Cost: some seconds, for the wheel and the sdist.
    """
    target = dist / draft.name
    with release_folder.alone(dist):
        release_folder.recover(dist)
        with tempfile.TemporaryDirectory(dir=dist, prefix=release_folder.STAGING) as folder:
            staging = Path(folder) / draft.name
            shutil.copytree(draft, staging)
            for name, text in notes.items():
                (staging / name).write_text(text, encoding="utf-8", newline="\n")
            release_folder.write_sums(staging)  # the zip holds its own
            _zip(staging, staging / f"hikaku-{draft.name}.zip")
            _python_packages(root, staging)
            release_folder.write_sums(staging)
            release_folder.put(staging, target)
    return target


def _zip(folder: Path, target: Path) -> None:
    """All files below the folder, sorted, with one day and one mode."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, (folder / name).read_bytes())


def _python_packages(root: Path, folder: Path) -> None:
    """The wheel and the sdist. Raises Unpackable."""
    # The caller's variables for the builder could leave the store out, or other files.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HATCH_")}
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(root)],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "SOURCE_DATE_EPOCH": str(EPOCH)},
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise Unpackable("\n".join(said[-5:]))
