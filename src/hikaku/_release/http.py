"""Bytes from a web server: with limits, and with every trouble told plainly."""

from http.client import HTTPException, IncompleteRead
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from hikaku.errors import DamagedStore, HikakuError, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPMessage
    from typing import IO

SCHEMES = ("http", "https")
TIMEOUT = 30.0  # seconds without a byte
CHUNK = 1 << 20
ABSENT = (403, 404, 410)  # object stores say 403 of what does not exist


class Absent(Exception):
    """The server has no such file."""


class _Redirects(HTTPRedirectHandler):
    """Follows redirects to web servers only, and never from https to http."""

    def redirect_request(
        self,
        req: Request,
        fp: "IO[bytes]",
        code: int,
        msg: str,
        headers: "HTTPMessage",
        newurl: str,
    ) -> "Request | None":
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new not in SCHEMES or (old, new) == SCHEMES[::-1]:
            fp.close()  # urllib closes only the answers that it refuses itself
            raise Unreachable(
                f"{req.full_url} leads to {_plain(newurl)}, which is refused: only http and "
                "https are followed, and never from https to http; give the address itself"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def get(url: str, limit: int) -> bytes:
    """The whole answer. Raises Absent, Unreachable, and DamagedStore if it is cut off."""
    return b"".join(chunks(url, limit))


def chunks(url: str, limit: int) -> "Iterator[bytes]":
    """The answer, piece by piece, never more than `limit` bytes. Raises as `get` does."""
    try:
        request = Request(url, headers={"User-Agent": "hikaku"})
        with build_opener(_Redirects).open(request, timeout=TIMEOUT) as answer:
            stated = answer.headers.get("Content-Length") or ""
            length = int(stated) if stated.isascii() and stated.isdigit() else None
            if length is not None and length > limit:
                raise _too_large(url, limit)
            got = 0
            while chunk := answer.read(CHUNK):
                got += len(chunk)
                if got > limit:
                    raise _too_large(url, limit)
                yield chunk
            if length is not None and got != length:
                raise _cut_off(url, f"{got} of {length} bytes came")
    except HikakuError:
        raise
    except HTTPError as error:
        error.close()
        if error.code in ABSENT:
            raise Absent(f"{error.code}") from None
        raise Unreachable(
            f"{url} cannot be loaded: the server answered {error.code} {_plain(error.reason)}; "
            "try again later"
        ) from None
    except IncompleteRead as error:
        raise _cut_off(url, f"{len(error.partial)} bytes came last") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            reason = f"no answer for {TIMEOUT:.0f} seconds"
        raise Unreachable(
            f"{url} cannot be loaded ({_plain(reason) or type(error).__name__}); check the address "
            "and the network"
        ) from None


def _plain(text: object) -> str:
    """What a server said, in one line that can do nothing to a terminal."""
    words = " ".join(str(text).split())
    return "".join(c if c.isprintable() else "?" for c in words)[:200]


def _too_large(url: str, limit: int) -> DamagedStore:
    return DamagedStore(
        f"{url} is larger than {limit:,} bytes and was refused; check that it is a release of "
        "hikaku"
    )


def _cut_off(url: str, how: str) -> DamagedStore:
    return DamagedStore(f"{url} was cut off on its way ({how}); try again")
