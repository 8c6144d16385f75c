"""Names that are to become paths below a folder, checked before they do."""

import unicodedata

LONGEST_PART = 255  # bytes, as file systems count
LONGEST = 1024
DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in "123456789¹²³"))
)


def fault(name: str) -> "str | None":
    """What is wrong with a name, as the end of a sentence; None if it is safe on every system.

    A safe name leads to a file or folder below the one it is joined to, wherever that is.
    """
    if not name:
        return "is empty"
    if not name.isprintable():
        return "has control characters in its name"
    if name.startswith("/"):
        return "has an absolute path"
    if "\\" in name:
        return "has a backslash in its path"
    if ":" in name:
        return "has a drive or stream in its path"
    parts = name.removesuffix("/").split("/")
    if ".." in parts:
        return "leads out of its folder (..)"
    if "." in parts or "" in parts:
        return "has a path that is not plain"
    if any(part[-1] in ". " or part[0] == " " for part in parts):
        return "has a part that begins or ends with a space, or ends with a dot"
    if any(part.split(".")[0].rstrip().casefold() in DEVICES for part in parts):
        return "is the name of a device on Windows"
    if unicodedata.normalize("NFC", name) != name:
        return "is not in Unicode normal form C"
    if len(name.encode("utf-8", "surrogatepass")) > LONGEST or any(
        len(part.encode("utf-8", "surrogatepass")) > LONGEST_PART for part in parts
    ):
        return "is too long"
    return None


def folded(name: str) -> str:
    """The form in which two names are equal if some file system takes them for one."""
    return unicodedata.normalize("NFC", name).casefold().rstrip("/")
