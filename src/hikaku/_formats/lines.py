"""The lines of a document, as locators count them."""


def split(text: str) -> "list[str]":
    """The lines as git, editors and forges count them.

    A line ends at LF; one CR before it is no part of the line. Any other character is one like
    others, also form feed, NEL, U+2028 and a CR elsewhere, which `str.splitlines` would count.
    """
    lines = text.split("\n")
    last = lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    return [*lines, last] if last else lines
