"""What can go wrong in the scripts. Each message says what is wrong, where, and what to do.

All are HikakuErrors, so that one clause of `scripts.command` tells any of them in a sentence.
What cannot be reached is `hikaku.errors.Unreachable`, and what a strict reader of a format refuses
is `hikaku.errors.DamagedStore`, as for users.
"""

from __future__ import annotations

from hikaku.errors import HikakuError, quoted


class ScriptError(HikakuError):
    """Base of the errors that only scripts raise."""


class Misuse(ScriptError):
    """The call asks for something that there is not; the command ends with 2."""


class BrokenContract(ScriptError):
    """`datapackage.json` cannot be used. `where` is a path of keys, such as resources/scores."""

    def __init__(self, what: str, fix: str, where: str = "", line: int | None = None) -> None:
        what, fix, where = quoted(what), quoted(fix), quoted(where)
        super().__init__(f"datapackage.json: {what}; to do: {fix}")
        self.what, self.fix, self.where, self.line = what, fix, where, line


class BrokenTable(ScriptError):
    """A table does not fit its contract, or not into what is made of it; names file and row."""


class BrokenCsv(ScriptError):
    """A CSV file does not have the form that its reader needs; names file and line."""


class BrokenTranslations(ScriptError):
    """A file of `translations/` cannot be read."""


class BrokenRelease(ScriptError):
    """A file of a built release does not hold what it should."""


class Incomparable(ScriptError):
    """A folder cannot be compared with another one; names the file and the line."""


class NoPlace(ScriptError):
    """A document has no such place; says what it has instead."""


class Uncovered(ScriptError):
    """A line of the article without an entry, or an entry without a line; names them all."""


class Unpackable(ScriptError):
    """The Python packages could not be made; says what the builder said."""


class Refused(ScriptError):
    """The release cannot be published."""


class Stopped(ScriptError):
    """A stage of a release cannot go on."""
