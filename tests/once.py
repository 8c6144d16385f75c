"""What many tests read is made once a run, by whichever worker needs it first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` of this run, which `make` fills. Not to be changed: others read it."""
    base = factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = run / f"once-{name}"
    with FileLock(run / f"once-{name}.lock"):
        if not made.exists():
            making = run / f"making-{name}"
            make(making)
            making.rename(made)
    return made
