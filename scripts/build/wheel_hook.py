"""Build hook of the wheel: makes the store from the tables, with the standard library and Babel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StoreHook(BuildHookInterface[Any]):
    """Puts `hikaku/data/hikaku.sqlite` into the wheel, or beside the code if editable."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "src")]
        from hikaku._store import STORE
        from scripts.build.store import make_store
        from scripts.package import Package

        inside = f"hikaku/data/{STORE}"
        if version == "editable":
            make_store(Package(root), root / "src" / inside)
            return
        self.folder = tempfile.TemporaryDirectory(prefix="hikaku-")
        store = Path(self.folder.name) / STORE
        make_store(Package(root), store)
        build_data["force_include"][str(store)] = inside

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.folder.cleanup()
