"""Lines of a document, counted as git, editors and forges count them."""


def split(text: str) -> "list[str]":
    """The lines, without their ends. A line ends at LF, or at CR LF.

    Form feed, U+2028 and other characters at which str.splitlines cuts are part of a line.
    """
    lines = text.split("\n")
    if lines[-1] == "":  # what follows the last end is no line
        lines.pop()
    return [line.removesuffix("\r") for line in lines]
