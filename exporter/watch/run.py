"""Starting the server and ending it: a socket on loopback, uvicorn, Ctrl-C and its like.

In: a `Call`, a port (0: any that is free). Blocks until the author ends it.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
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
        """On Ctrl-C, SIGTERM and the end of the terminal."""
        self._session.close()
        super().handle_exit(sig, frame)


def watch(call: Call, *, port: int | None, editor: str, ready: Callable[[str], None], say: Say) -> None:
    """Serve the preview until somebody ends it. `ready` gets the address. OSError where a given port is taken."""
    listener = open_loopback(port)
    number = listener.getsockname()[1]
    session = Session(call, say)
    app = Preview(session, port=number, editor=editor).app()
    settings = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, date_header=False, timeout_graceful_shutdown=1
    )
    with suppress(KeyboardInterrupt), listener:
        server = _Server(settings, session)
        if threading.current_thread() is threading.main_thread():
            _end_as_asked(server)
        ready(f"http://127.0.0.1:{number}/")
        server.run([listener])


def _end_as_asked(server: _Server) -> None:
    """End clean, with what was begun tidied up, however and whenever one is asked to.

    uvicorn listens only once it runs, and gives the signal back when it has ended.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no last one
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), server.handle_exit)


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
