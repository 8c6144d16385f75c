"""What can go wrong, each with a message that says what to do."""

LONGEST = 500  # characters that a message quotes of a file


def quoted(text: str) -> str:
    """What a message quotes of a stranger's file: on one line, visible, and cut at some length."""
    line = " ".join(text.splitlines())
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line[:LONGEST])
    return shown if len(line) <= LONGEST else shown + "…"


class HikakuError(Exception):
    """Base of all errors that hikaku raises on purpose.

    The message may be followed by what to do, for programs and then for the command.
    """

    def __str__(self) -> str:  # KeyError would show the message in quotation marks
        return "; ".join(map(str, self.args[:2]))

    def for_command(self) -> str:
        """The message, with what to do on the command line."""
        return "; ".join(map(str, dict.fromkeys((*self.args[:1], *self.args[1:][-1:]))))


class UnknownId(HikakuError, KeyError):
    """No row has that key. The message names close ones."""


class UnknownField(HikakuError, AttributeError):
    """The table has no such field. The message names those it has."""


class UnknownTable(HikakuError, AttributeError):
    """There is no such table, view or function. The message names what there is."""


class UnknownCell(HikakuError, LookupError):
    """The printed table has no such row or column. The message names those it has."""


class InvalidValue(HikakuError, ValueError):
    """A value is of the wrong type or not allowed, so that no row or release can match it."""


class UnknownLanguage(HikakuError, ValueError):
    """There are no labels in that language. The message names those there are."""


class UnknownVersion(HikakuError, LookupError):
    """The catalogue has no such version. The message names those it has."""


class Unreachable(HikakuError, OSError):
    """What an address names cannot be loaded, or not be kept. The message says why."""


class MissingExtra(HikakuError, ImportError):
    """An optional library is not installed. The message says which extra brings it."""


class DamagedStore(HikakuError):
    """The data is missing, damaged, or of a format that this version cannot read."""


def close(word: str, known: "list[str]") -> "list[str]":
    """Up to three different words that are close. Imports difflib, so only after a mistake."""
    from difflib import get_close_matches

    known = list(dict.fromkeys(known))
    found = get_close_matches(word, known, n=3, cutoff=0.6)
    return found or [k for k in known if word and word.casefold() in k.casefold()][:3]


def close_to(word: str, known: "list[str]") -> str:
    """' (close: a, b)' or nothing."""
    found = close(word, known)
    return f" (close: {', '.join(found)})" if found else ""
