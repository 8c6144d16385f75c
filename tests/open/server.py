"""A server on loopback, with all that servers do."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Listening(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # the default of 5 turns processes that come at once away for a second


class ListeningV6(Listening):
    address_family = socket.AF_INET6


class Server:
    """A folder on loopback. `answers` replaces what is sent for a path; `asked` lists requests."""

    listening: type[Listening] = Listening
    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments, directory=str(outer.folder))

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if answer is None:
                    super().do_GET()
                else:
                    answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = self.listening((self.host.strip("[]"), 0), Handler)
        self.held: socket.socket | None = None
        self.url = f"http://{self.host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """From now on nothing answers at the address."""
        self._end()
        # Bound and not listening, or a server of another test might get the port, and answer.
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(self.server.server_address[:2])

    def close(self) -> None:
        if self.held is None:
            self._end()
        else:
            self.held.close()

    def _end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class V6(Server):
    """The same with an address of the longer kind. Raises OSError where there are none."""

    listening = ListeningV6
    host = "[::1]"


def sends(
    body: bytes, code: int = 200, length: int | None = None, **headers: str
) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
