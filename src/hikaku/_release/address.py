"""The address of a release on the web. As text it shows no password, no query and no token."""

import re
from base64 import b64encode
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from hikaku._formats.sums import is_digest
from hikaku.errors import InvalidValue, Unreachable

SCHEMES = ("http", "https")
PIN = "sha256="
HIDDEN = "***"  # stands for what is not shown
SAFE = "/:@!$&'()*+,;=%~"  # of a path, beside letters, digits and _.-
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")  # a percent sign that quotes nothing
_HOST = re.compile(r"(\[[^\[\]]*\]|[^:\[\]@]*)(:[0-9]*)?")
_SLASH = re.compile(r"(https?|ftp|s3|file):(?!//)", re.IGNORECASE)


def shown(text: str) -> str:
    """An address as messages and pickles have it; a path as it is.

    In place of a name, a password and a query stands `***`; what stands behind # is left out.
    Whoever mistyped an address must not read his password either.
    """
    scheme, is_address, rest = text.partition("://")
    if not is_address:
        typo = _SLASH.match(text)
        return f"{typo[0]}{HIDDEN}" if typo else text
    rest, has_query, _ = rest.partition("#")[0].partition("?")
    host, slash, path = rest.partition("/")
    _, at, host = host.rpartition("@")
    if not _HOST.fullmatch(host):  # a password that holds / ? or # ends in another part
        return f"{scheme}://{HIDDEN}"
    return "".join(
        (scheme, "://", HIDDEN if at else "", at, host, slash, path,
         has_query, HIDDEN if has_query else "")
    )  # fmt: skip


def split(text: str) -> SplitResult:
    """The parts of an address. Raises InvalidValue if it has none.

    Not while an error of the library is handled, which quotes the password.
    """
    try:
        return urlsplit(text)
    except ValueError:
        pass
    raise InvalidValue(
        f"{shown(text)!r} is no address: its host cannot be read; check how it is written"
    )


class Address:
    """An http or https address, for requests and, by `str`, for messages.

    Only `url` and `authorization`, which a request needs, hold secrets. The text is an address
    too, of which `lacks` tells that it was shortened. `pin` is the SHA-256 behind #sha256=.
    What an address cannot hold as it is, such as a space, is quoted in `url` alone.
    """

    __slots__ = ("_host", "_port", "_query", "_user", "lacks", "path", "pin", "scheme")

    def __init__(self, text: str) -> None:
        """Raises InvalidValue and Unreachable for what is no address of a web server."""
        parts = split(text)
        pin = parts.fragment.removeprefix(PIN) if parts.fragment.startswith(PIN) else None
        if pin is not None and not is_digest(pin):
            raise InvalidValue(f"{shown(text)} has no SHA-256 behind #{PIN}")
        self.scheme, self.path, self.pin = parts.scheme, parts.path, pin
        self._user, _, _ = parts.netloc.rpartition("@")
        self._query = parts.query
        self.lacks = HIDDEN in (self._user, self._query)
        if not self._has_server(parts):
            raise Unreachable(
                f"{shown(text)} cannot be loaded (its host, its port or a character of it is none "
                "that an address has); check the address and the network"
            )

    def _has_server(self, parts: SplitResult) -> bool:
        try:
            self._host, self._port = _host(parts.hostname or ""), parts.port
            _ = self.url, self.authorization  # a character may have no bytes
        except ValueError:
            return False
        return True

    def beside(self, path: str) -> "Address":
        """The address of another path on the same server, with the same secrets, without pin."""
        made = object.__new__(Address)
        for name in Address.__slots__:
            setattr(made, name, getattr(self, name))
        made.path, made.pin = path, None
        return made

    def join(self, name: str) -> "Address":
        """The address of a file in this folder."""
        return self.beside(self.path + name)

    def pinned(self, pin: str) -> str:
        """The text of the address with the SHA-256 of what it named."""
        return f"{self}#{PIN}{pin}"

    @property
    def url(self) -> str:
        """The address for a request, in ASCII, without name and password."""
        query = "" if self._query in ("", HIDDEN) else "?" + _quoted(self._query, SAFE + "?")
        return f"{self.scheme}://{self._netloc}{_quoted(self.path, SAFE) or '/'}{query}"

    @property
    def authorization(self) -> "str | None":
        """What a request says of who asks, by the name and password of the address."""
        if self._user in ("", HIDDEN):
            return None
        named = self._user if ":" in self._user else f"{self._user}:"
        return f"Basic {b64encode(unquote_to_bytes(named)).decode()}"

    @property
    def origin(self) -> "tuple[str, str, int]":
        """Who answers: a password is for nobody else."""
        return self.scheme, self._host, self._port or (80 if self.scheme == "http" else 443)

    @property
    def _netloc(self) -> str:
        return self._host if self._port is None else f"{self._host}:{self._port}"

    @property
    def key(self) -> str:
        """What tells the address from others, with its query and without name and password."""
        return f"{self.scheme}://{self._netloc}{self.path}?{self._query}".rstrip("?")

    def __str__(self) -> str:
        path = "".join(c if c.isprintable() else _quoted(c, "") for c in self.path)
        user, query = self._user and f"{self._user}@", self._query and f"?{self._query}"
        return shown(f"{self.scheme}://{user}{self._netloc}{path}{query}")

    __repr__ = __str__


def _host(name: str) -> str:
    if not name or not name.isprintable() or " " in name:
        raise ValueError
    return f"[{name}]" if ":" in name else name if name.isascii() else name.encode("idna").decode()


def _quoted(text: str, safe: str) -> str:
    """Percent signs that quote something stay; bytes of a name that is no text are quoted."""
    return quote(_STRAY.sub("%25", text), safe, errors="surrogateescape")
