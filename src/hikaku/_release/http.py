"""Bytes from a web server: with limits of size and time, and with every trouble told plainly."""

import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead, responses
from io import BufferedReader, RawIOBase
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

from hikaku._release.address import SCHEMES, Address, shown
from hikaku.errors import DamagedStore, HikakuError, InvalidValue, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from http.client import HTTPConnection, HTTPMessage
    from socket import socket
    from typing import IO, Any

TIMEOUT = 30.0  # seconds without a byte
GRACE = 60.0  # seconds for all that comes before the content, and for the first of it
SLOWEST = 4096  # bytes of content a second, after that
CHUNK = 1 << 20
SLICE = 1 << 14
ABSENT = (403, 404, 410)  # object stores say 403 of what does not exist
WHOLE = (200, 203)
ZIPPED = ("gzip", "x-gzip", "deflate")  # sent by some servers though it was not asked for


class Absent(Exception):
    """The server has no such file."""


class _Clock:
    """How long one answer may take, from the first look for the server to the last byte.

    Only content earns more time: no number of redirects, headers or empty pieces does.
    """

    def __init__(self) -> None:
        self._started = monotonic()
        self.content = 0

    def left(self) -> float:
        """Seconds until it is over; none or less if it is."""
        return self._started + GRACE + self.content / SLOWEST - monotonic()

    def wait(self) -> float:
        """Seconds to wait for the next byte. Raises TimeoutError if it is over."""
        left = self.left()
        if left <= 0:
            raise TimeoutError
        return min(TIMEOUT, left)


class _Timed(RawIOBase):
    """The bytes of a connection, each waited for only as long as the clock says."""

    def __init__(self, raw: "Any", connected: "socket", clock: _Clock) -> None:
        self._raw, self._socket, self._clock = raw, connected, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Any") -> int:
        self._socket.settimeout(self._clock.wait())
        found: int = self._raw.readinto(buffer)
        return found

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Handler:
    """Has all that a connection brings read by the clock, headers too."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock

    def do_open(self, http_class: "Any", req: Request, **more: "Any") -> "Any":
        clock = self._clock

        def answer(connected: "socket", *given: "Any", **named: "Any") -> HTTPResponse:
            made = HTTPResponse(connected, *given, **named)
            made.fp = BufferedReader(_Timed(made.fp.detach(), connected, clock))
            return made

        def connection(host: str, **named: "Any") -> "HTTPConnection":
            made: HTTPConnection = http_class(host, **named | {"timeout": clock.wait()})
            made.response_class = answer  # type: ignore[assignment]
            return made

        return super().do_open(connection, req, **more)  # type: ignore[misc]


class _Http(_Handler, HTTPHandler):
    pass


class _Https(_Handler, HTTPSHandler):
    pass


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
        fault = None
        try:
            old, new = Address(req.full_url), Address(newurl)
        except (InvalidValue, Unreachable):
            fault = "which is no address"
        else:
            if new.scheme not in SCHEMES or (old.scheme, new.scheme) == SCHEMES[::-1]:
                fault = (
                    "which is refused: only http and https are followed, and never from https to "
                    "http"
                )
        if fault is not None:
            fp.close()  # urllib closes only the answers that it refuses itself
            raise Unreachable(
                f"{shown(req.full_url)} leads to {_plain(shown(newurl))}, {fault}; give the "
                "address itself"
            )
        request = super().redirect_request(req, fp, code, msg, headers, new.url)
        secret = req.unredirected_hdrs.get("Authorization")
        if request is not None and secret and new.origin == old.origin:
            request.add_unredirected_header("Authorization", secret)
        return request


def get(address: Address, limit: int) -> bytes:
    """The whole answer. Raises Absent, Unreachable, and DamagedStore if it is cut off."""
    return b"".join(chunks(address, limit))


def chunks(address: Address, limit: int) -> "Iterator[bytes]":
    """The answer, piece by piece, never more than `limit` bytes. Raises as `get` does.

    At most GRACE seconds and one more for each SLOWEST bytes.
    """
    clock = _Clock()
    trouble: Exception
    try:
        yield from _answer(address, limit, clock)
        return
    except (HikakuError, Absent):
        raise
    except (HTTPException, OSError, ValueError, zlib.error) as error:
        trouble = _trouble(error, address, clock)
    # Out here, where no error of urllib hangs on to it: they hold the address with its secrets.
    raise trouble


def _answer(address: Address, limit: int, clock: _Clock) -> "Iterator[bytes]":
    request = Request(address.url, headers={"User-Agent": "hikaku", "Accept-Encoding": "identity"})
    if address.authorization is not None:
        request.add_unredirected_header("Authorization", address.authorization)
    opener = build_opener(_Http(clock), _Https(clock), _Redirects)
    with opener.open(request, timeout=TIMEOUT) as answer:
        if answer.status not in WHOLE:
            raise _refused(address, answer.status)
        if answer.length is not None and answer.length > limit:
            raise _too_large(address, limit)
        coding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
        content = _content(address, answer, limit, clock)
        if coding in ZIPPED:
            content = _unzipped(address, content, limit)
        elif coding != "identity":
            raise Unreachable(
                f"{address} cannot be loaded: the server sends it as {_plain(coding)}, although "
                "that was not asked for; tell who publishes it"
            )
        if answer.headers.get_content_type() == "text/html":
            content = _no_page(content)
        yield from content


def _content(
    address: Address, answer: HTTPResponse, limit: int, clock: _Clock
) -> "Iterator[bytes]":
    """The content as it is sent."""
    length = answer.length
    while chunk := answer.read1(CHUNK):
        clock.content += len(chunk)
        if clock.content > limit:
            raise _too_large(address, limit)
        yield chunk
    if length is not None and clock.content != length:
        raise _cut_off(address, f"{clock.content} of {length} bytes came")


def _unzipped(address: Address, content: "Iterable[bytes]", limit: int) -> "Iterator[bytes]":
    """Content that was compressed for the way; in pieces, so that no bomb fills the memory."""
    got = 0
    packed = zlib.decompressobj(47)  # gzip or zlib, as it comes
    for rest in _slices(content):
        while rest:
            if packed.eof:
                packed = zlib.decompressobj(47)
            piece = packed.decompress(rest, CHUNK)
            rest = packed.unused_data if packed.eof else packed.unconsumed_tail
            got += len(piece)
            if got > limit:
                raise _too_large(address, limit)
            if piece:
                yield piece
    while piece := packed.decompress(packed.unconsumed_tail, CHUNK):
        got += len(piece)
        if got > limit:
            raise _too_large(address, limit)
        yield piece
    if not packed.eof:
        raise _cut_off(address, "what came does not unpack")


def _slices(content: "Iterable[bytes]") -> "Iterator[bytes]":
    """Small enough that each of many members may copy what follows it."""
    for chunk in content:
        for at in range(0, len(chunk), SLICE):
            yield chunk[at : at + SLICE]


def _no_page(content: "Iterable[bytes]") -> "Iterator[bytes]":
    """Many servers answer with a page where they have no file, and call that a success."""
    first = True
    for chunk in content:
        if first and chunk.lstrip()[:1] == b"<":
            raise Absent("a page of HTML came")
        first = False
        yield chunk


def _trouble(error: Exception, address: Address, clock: _Clock) -> Exception:
    """What to raise in place of an error of the libraries; nothing of it quotes the address."""
    if isinstance(error, HTTPError):
        error.close()
        return Absent(f"{error.code}") if error.code in ABSENT else _refused(address, error.code)
    if isinstance(error, IncompleteRead):
        return _cut_off(address, f"{len(error.partial)} bytes came last")
    if isinstance(error, zlib.error):
        return _cut_off(address, "what came does not unpack")
    cause: object = error.reason if isinstance(error, URLError) else error
    if clock.left() <= 0:
        reason = f"it comes too slowly: {clock.content:,} bytes until now"
    elif isinstance(cause, TimeoutError):
        reason = f"no answer for {TIMEOUT:.0f} seconds"
    elif isinstance(cause, (OSError, str)):
        reason = _plain(cause) or type(cause).__name__
    else:
        reason = f"the server did not answer as web servers do, {type(cause).__name__}"
    return Unreachable(f"{address} cannot be loaded ({reason}); check the address and the network")


def _refused(address: Address, code: int) -> Unreachable:
    reason = responses.get(code, "no known code")
    if 300 <= code < 400:
        reason = "a redirect that is not allowed, leads nowhere or never ends"
    then = "try again later"
    if code == 401:
        then = "give a name and a password, as in https://name:password@host/"
    return Unreachable(f"{address} cannot be loaded: the server answered {code} ({reason}); {then}")


def _plain(text: object) -> str:
    """What a server said, in one line that can do nothing to a terminal."""
    words = " ".join(str(text).split())
    return "".join(c if c.isprintable() else "?" for c in words)[:200]


def _too_large(address: Address, limit: int) -> DamagedStore:
    return DamagedStore(
        f"{address} is larger than {limit:,} bytes and was refused; check that it is a release of "
        "hikaku"
    )


def _cut_off(address: Address, how: str) -> DamagedStore:
    return DamagedStore(f"{address} was cut off on its way ({how}); try again")
