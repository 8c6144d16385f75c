"""The store: one SQLite file, opened read-only, safe in threads and after fork."""

import os
import sqlite3
from _thread import _local, allocate_lock

from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

STORE = "hikaku.sqlite"  # its name in a release and in the package
APPLICATION_ID = 0x68696B61  # "hika"
FORMAT = 1
REINSTALL = "install hikaku again: pip install --force-reinstall --no-deps hikaku"


class Store:
    """Runs queries on one SQLite file. Opens it at the first query, once a thread and process.

    `data` holds the file's bytes where it has none of its own, as inside a zip. `prepare` is
    called with each connection.
    """

    def __init__(
        self,
        path: str,
        mend: str = REINSTALL,
        data: "bytes | None" = None,
        prepare: "Callable[[sqlite3.Connection], None] | None" = None,
    ) -> None:
        self.path = path
        self._mend, self._data, self._prepare = mend, data, prepare
        self._local = _local()
        self._meta: dict[str, str] = {}
        self._lock = allocate_lock()

    def rows(self, sql: str, parameters: "Sequence[Any]" = ()) -> "Iterator[tuple[Any, ...]]":
        """The result, row by row. Raises DamagedStore if the file cannot be read."""
        try:
            yield from self._connection().execute(sql, parameters)
        except sqlite3.DatabaseError as error:
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
        with self._lock:
            if not self._meta:
                self._meta = dict(self.rows("SELECT key, value FROM hikaku"))
        return self._meta[name]

    def _connection(self) -> sqlite3.Connection:
        local = self._local
        process = os.getpid()
        # A connection must not be carried across a fork, nor be shared by threads.
        if getattr(local, "process", None) != process:
            local.connection = self._open()
            local.process = process
        connection: sqlite3.Connection = local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        if self._data is None:
            try:
                empty = not os.stat(self.path).st_size
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise DamagedStore(
                    f"the data file {self.path} cannot be opened ({reason}); {self._mend}"
                ) from None
            if empty:
                raise self._damaged("it is empty")
        connection = None
        try:
            if self._data is None:
                connection = sqlite3.connect(_uri(self.path), uri=True, check_same_thread=False)
            else:
                connection = sqlite3.connect(":memory:", check_same_thread=False)
                connection.deserialize(self._data)
            self._check(connection)
            if self._prepare is not None:
                self._prepare(connection)
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise self._damaged(str(error)) from error
        return connection

    def check_header(self) -> None:
        """Whether the format can be read, without a query. Raises DamagedStore and OSError."""
        header = self._data
        if header is None:
            with open(self.path, "rb") as file:
                header = file.read(100)
        if not header.startswith(b"SQLite format 3\0"):
            raise self._damaged("it is no SQLite file" if header else "it is empty")
        # Where the file format has application_id and user_version.
        self._judge(int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big"))

    def _check(self, connection: sqlite3.Connection) -> None:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        self._judge(application, connection.execute("PRAGMA user_version").fetchone()[0])

    def _judge(self, application: int, found: int) -> None:
        if application != APPLICATION_ID:
            raise self._damaged("it is no hikaku data")
        if found > FORMAT:
            raise DamagedStore(
                f"the data file {self.path} has format {found}, this hikaku reads up to {FORMAT}; "
                "upgrade: pip install --upgrade hikaku"
            )

    def _damaged(self, reason: str) -> DamagedStore:
        return DamagedStore(f"the data file {self.path} is damaged ({reason}); {self._mend}")


def _uri(path: str) -> str:
    """A URI that SQLite opens read-only, whatever characters the path has."""
    path = os.path.abspath(path).replace(os.sep, "/")
    for character in "%?#":
        path = path.replace(character, f"%{ord(character):02x}")
    if not path.startswith("/"):
        path = "/" + path
    return f"file:{path}?mode=ro&immutable=1"
