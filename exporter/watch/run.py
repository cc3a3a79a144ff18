"""Starting the server and ending it: a socket on loopback, uvicorn, Ctrl-C.

In: a `Call`, a port (0: any that is free). Blocks until the author ends it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from exporter.watch.server import Preview
from exporter.watch.session import Say, Session
from exporter.watch.snapshot import Call

DEFAULT_PORT = 8407


class _Server(uvicorn.Server):
    """A server that ends the event streams before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, session: Session) -> None:
        super().__init__(config)
        self._session = session

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On Ctrl-C and SIGTERM."""
        self._session.close()
        super().handle_exit(sig, frame)


def watch(call: Call, *, port: int | None, editor: str, ready: Callable[[str], None], say: Say) -> None:
    """Serve the preview until Ctrl-C. `ready` gets the address. OSError where a given port is taken."""
    listener = open_loopback(port)
    number = listener.getsockname()[1]
    session = Session(call, say)
    app = Preview(session, port=number, editor=editor).app()
    settings = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, date_header=False, timeout_graceful_shutdown=1
    )
    ready(f"http://127.0.0.1:{number}/")
    with suppress(KeyboardInterrupt), listener:
        _Server(settings, session).run([listener])


def open_loopback(port: int | None) -> socket.socket:
    """A listening socket on 127.0.0.1: at the given port, else at the usual one, else at any that is free."""
    try:
        return _bind(DEFAULT_PORT if port is None else port)
    except OSError:
        if port is not None:
            raise
        return _bind(0)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener
