"""`python -m scripts`: lists the commands, in the order in which the data goes through them."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = (
    "validate",
    "recompute",
    "verify",
    "labels",
    "generate",
    "codebook",
    "build",
    "diff",
    "content",
    "publish",
    "release",
)


def listing() -> list[str]:
    """A line a command: how it is called, and what it is for."""
    told = [_told(name) for name in COMMANDS]
    width = max(len(call) for call, _ in told)
    return [f"{call:{width}}  {about}" for call, about in told]


def _told(name: str) -> tuple[str, str]:
    """The call and the purpose, as the first sentence of the module gives them."""
    path = HERE / name / "__init__.py"
    text = (path if path.exists() else HERE / f"{name}.py").read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    call, _, about = " ".join(first.split()).partition(": ")
    return call.strip("`"), about


if __name__ == "__main__":
    print("\n".join(listing()))
