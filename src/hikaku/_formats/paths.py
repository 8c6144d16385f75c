"""Names that are to become paths inside a folder, here or on any other system."""

from unicodedata import is_normalized, normalize

LONGEST_PART = 255  # bytes in UTF-8, the limit of most file systems
LONGEST = 1024
# What Windows takes for a device in every folder, whatever stands behind a dot.
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{kind}{n}" for kind in ("com", "lpt") for n in "0123456789¹²³"]
)


def fault(name: str) -> "str | None":
    """What is wrong with a name, as `has an absolute path`; None if it is safe to use.

    Parts are parted by `/`. A safe name leads to one file inside the folder, and to the same one
    on every system.
    """
    if not name.isprintable():
        return "has control characters in its name"
    if not name:
        return "has no name"
    if name.startswith("/"):
        return "has an absolute path"
    if "\\" in name:
        return "has a backslash in its path"
    if ":" in name:
        return "has a drive or stream in its path"
    parts = name.split("/")
    if ".." in parts:
        return "leads out of its folder (..)"
    if "." in parts or "" in parts:
        return "has a path that is not plain"
    for part in parts:
        if part.endswith((" ", ".")):
            return "has a space or a dot at the end of a name"
        if part.split(".")[0].rstrip(" ").casefold() in DEVICES:
            return "has a name that Windows takes for a device"
        if len(part.encode()) > LONGEST_PART:
            return f"has a name that is longer than {LONGEST_PART} bytes"
    if len(name.encode()) > LONGEST:
        return f"has a path that is longer than {LONGEST} bytes"
    if not is_normalized("NFC", name):
        return "has a name that is not in Unicode's normal form C"
    return None


def folded(name: str) -> str:
    """The form under which two names are the same file on some system: no case, one spelling."""
    return normalize("NFC", normalize("NFC", name).casefold())
