"""How the two packages hang together: rooms, arrows between them, circles.

    python -m benchmarks.structure [ROOT]

A room is a module or sub-package directly in a package; an arrow says that code of one room imports
code of another; a circle is a group of modules each of which imports each other, maybe by way of
others. Imports inside functions count; those for type checkers alone are told apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import grimp

PACKAGES = ("hikaku", "scripts")


def arrows(package: str, types: bool) -> dict[str, set[str]]:
    """What each module of the package imports of the package."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=not types, cache_dir=None)
    return {
        module: {m for m in graph.find_modules_directly_imported_by(module) if m in graph.modules}
        for module in graph.modules
    }


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def between_rooms(imports: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The same arrows, from room to room."""
    rooms: dict[str, set[str]] = {room_of(m): set() for m in imports if "." in m}
    for module, imported in imports.items():
        for other in imported:
            a, b = room_of(module), room_of(other)
            if a != b and a in rooms and b in rooms:
                rooms[a].add(b)
    return rooms


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of more than one module that all reach each other, the largest first."""
    reach = {module: _reachable(imports, module) for module in imports}
    groups = {
        tuple(sorted({module} | {o for o in reach[module] if module in reach[o]}))
        for module in imports
    }
    return sorted((list(g) for g in groups if len(g) > 1), key=len, reverse=True)


def _reachable(imports: Mapping[str, set[str]], module: str) -> set[str]:
    seen: set[str] = set()
    todo = [*imports[module]]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += imports[here]
    return seen


def main() -> None:
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).parent.parent
    sys.path[:0] = [str(root), str(root / "src")]
    for package in PACKAGES:
        for types in (False, True):
            imports = arrows(package, types)
            rooms = between_rooms(imports)
            count = sum(map(len, rooms.values()))
            print(
                f"{package}{', with imports for type checkers' if types else ''}: "
                f"{len(imports)} modules, {len(rooms)} rooms, {count} arrows between rooms"
            )
            for what, found in (("modules", circles(imports)), ("rooms", circles(rooms))):
                for group in found:
                    print(f"  circle of {len(group)} {what}: {', '.join(group)}")


if __name__ == "__main__":
    main()
