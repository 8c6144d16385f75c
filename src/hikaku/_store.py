"""The store: one SQLite file, opened read-only, safe in threads and after fork."""

import os
import sqlite3
from _thread import _local

from hikaku.errors import DamagedStore, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, BinaryIO

STORE = "hikaku.sqlite"  # its name in a release and in the package
APPLICATION_ID = 0x68696B61  # "hika"
FORMAT = 1
# SQLite says what is wrong in words of the file, which may be no text.
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
REINSTALL = "install hikaku again: pip install --force-reinstall --no-deps hikaku"
PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/:._-~")


class Store:
    """Runs queries on one SQLite file. Opens it at the first query, once a thread and process.

    `data` holds the file's bytes where they are in memory: what was verified is what is read,
    whatever becomes of the file. Else each opening must find the file that the first one found,
    or one that `verify` accepts: it is called with a new file, and raises DamagedStore for one
    that has other content. `prepare` is called with each connection.
    """

    def __init__(
        self,
        path: str,
        mend: str = REINSTALL,
        data: "bytes | None" = None,
        verify: "Callable[[BinaryIO], None] | None" = None,
    ) -> None:
        self.path = path
        self.prepare: Callable[[sqlite3.Connection], None] | None = None
        self._mend, self._data, self._verify = mend, data, verify
        self._local = _local()
        self._meta: dict[str, str] = {}
        self._seen: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._data) if self._data is not None else os.stat(self.path).st_size

    def rows(self, sql: str, parameters: "Sequence[Any]" = ()) -> "Iterator[tuple[Any, ...]]":
        """The result, row by row. Raises DamagedStore if the file cannot be read."""
        try:
            yield from self._connection().execute(sql, parameters)
        except UNREADABLE as error:
            raise self._damaged(str(error)) from error

    def row(self, sql: str, parameters: "Sequence[Any]" = ()) -> "tuple[Any, ...] | None":
        """The first row of the result, or None."""
        for row in self.rows(sql, parameters):
            return row
        return None

    def most_parameters(self) -> int:
        """How many values one query can take."""
        return self._connection().getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)

    def meta(self, name: str) -> str:
        """A text about the whole: version, licence, title or contract."""
        if not self._meta:  # no lock, which a fork could leave locked: twice read is the same
            self._meta = dict(self.rows("SELECT key, value FROM hikaku"))
        found = self._meta.get(name)
        if not isinstance(found, str):
            raise self._damaged(f"it states no {name}")
        return found

    def check(self) -> None:
        """Whether it is the right file, of a format that can be read; without a query.

        Raises DamagedStore and OSError.
        """
        header = self._data
        if header is None:
            with open(self.path, "rb") as file:
                self._recognise(file)
                file.seek(0)
                header = file.read(100)
        if not header.startswith(b"SQLite format 3\0"):
            raise self._damaged("it is no SQLite file" if header else "it is empty")
        if header[18:20] != b"\1\1":
            raise self._damaged("its changes lie in a second file, a write-ahead log")
        # Where the file format has application_id and user_version.
        self._judge(int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big"))

    def _connection(self) -> sqlite3.Connection:
        local = self._local
        process = os.getpid()
        # A connection must not be carried across a fork, nor be shared by threads.
        if getattr(local, "process", None) != process:
            local.connection = self._open()
            local.process = process
        elif self._verify is not None:
            self._look_again()
        connection: sqlite3.Connection = local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = None
        try:
            if self._data is None:
                connection = self._open_file()
            else:
                connection = sqlite3.connect(":memory:", check_same_thread=False)
                connection.deserialize(self._data)
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            self._judge(application, connection.execute("PRAGMA user_version").fetchone()[0])
            if self.prepare is not None:
                self.prepare(connection)
        except UNREADABLE as error:
            if connection is not None:
                connection.close()
            raise self._damaged(str(error)) from error
        except DamagedStore:
            if connection is not None:
                connection.close()
            raise
        return connection

    def _open_file(self) -> sqlite3.Connection:
        try:
            # Held open, so that no new file gets its number before SQLite has opened it too.
            with open(self.path, "rb") as file:
                self._recognise(file)
                if not os.fstat(file.fileno()).st_size:
                    raise self._damaged("it is empty")
                connection = sqlite3.connect(_uri(self.path), uri=True, check_same_thread=False)
                if _state(os.stat(self.path)) != self._seen:
                    connection.close()
                    raise self._replaced()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DamagedStore(
                f"the data file {self.path} cannot be opened ({reason}); {self._mend}"
            ) from None
        return connection

    def _recognise(self, file: "BinaryIO") -> None:
        """Raises DamagedStore unless it is the file that was found first, or has its content."""
        state = _state(os.fstat(file.fileno()))
        if self._seen is not None and state != self._seen and self._verify is None:
            raise self._replaced()
        if state != self._seen and self._verify is not None:
            self._verify(file)
            if _state(os.fstat(file.fileno())) != state:
                raise self._replaced()
        self._seen = state

    def _look_again(self) -> None:
        """Whether the open file was written to since; moved away or removed, it is whole."""
        try:
            state = _state(os.stat(self.path))
            if state != self._seen and self._seen is not None and state[:2] == self._seen[:2]:
                with open(self.path, "rb") as file:
                    self._recognise(file)
        except OSError:
            pass

    def _judge(self, application: int, found: int) -> None:
        if application != APPLICATION_ID:
            raise self._damaged("it is no hikaku data")
        if found > FORMAT:
            raise DamagedStore(
                f"the data file {self.path} has format {found}, this hikaku reads up to {FORMAT}; "
                "upgrade: pip install --upgrade hikaku"
            )

    def _damaged(self, reason: str) -> DamagedStore:
        return DamagedStore(
            f"the data file {self.path} is damaged ({quoted(reason)}); {self._mend}"
        )

    def _replaced(self) -> DamagedStore:
        return DamagedStore(
            f"the data file {self.path} was changed or replaced since this program opened it, as "
            "by an upgrade; start the program again"
        )


def _state(found: os.stat_result) -> "tuple[int, ...]":
    """What tells a file from another one at its path, and from itself when written to."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _uri(path: str) -> str:
    """A URI that SQLite opens read-only, whatever characters the path has."""
    path = os.path.abspath(path).replace(os.sep, "/")
    if not path.startswith("/"):
        path = "/" + path
    quoted = "".join(chr(b) if b in PLAIN else f"%{b:02x}" for b in os.fsencode(path))
    # With no authority stated, the first name behind two slashes would be taken for one.
    return f"file://{quoted}?mode=ro&immutable=1"
