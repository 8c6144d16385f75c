"""Addresses in the tables: which may be handed to a program, and which may be shown as a link.

The patterns are regular expressions of what RE2 and Python share, for whole texts. The rules of
validation and those who use an address read the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# A name with a letter at the end of it: no number, which could be a machine of one's own network.
_HOST = rf"(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_PORT = "(?::[0-9]{1,5})?"
# Neither `..` nor a dash in front, and nothing that has a meaning of its own in an address.
_PART = r"/\.?[A-Za-z0-9_~][A-Za-z0-9._~+-]*"

# For each protocol the addresses of repositories. Files are for tests; no command allows them.
REPOSITORY = {
    "https": rf"https://{_HOST}{_PORT}(?:{_PART})+/?",
    "file": "file:/{3}[!-~]+",
}
# A page: any host, in any script, but nobody's name or password, nor what could end a link.
PAGE = (
    rf"https?://[^\x00-\x20\x7f-\xa0/?#@:\\<>\"]+{_PORT}"
    r"(?:[/?#][^\x00-\x20\x7f-\xa0\\<>\"^`{|}]*)?"
)
COMMIT = "[0-9a-f]{40}"
LONGEST = 2000  # characters; more is no address, and would take long to match


def fault(address: str, protocols: Collection[str]) -> str | None:
    """What keeps an address from being handed to git, as a sentence; None if nothing does.

    It does not repeat the address, which may hold a password.
    """
    if len(address) <= LONGEST and any(
        re.fullmatch(REPOSITORY[protocol], address) for protocol in protocols
    ):
        return None
    return (
        f"the repository has no address of {' or '.join(protocols)} that is a host and a plain "
        "path, without name or password; give one such as https://example.org/owner/name.git"
    )
