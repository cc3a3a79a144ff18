"""One file of the network: over http or https, from a public host, by a proxy where its user has one.

In: an address that a stranger wrote. Out: bytes, or why there are none, within limits of bytes and time that no server and
no redirection can stretch.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from exporter import __version__
from exporter.machinery.public_hosts import is_public, is_public_name

IsAllowed = Callable[[str], bool]
_REDIRECTS = 4
_PIECE = 1 << 16


class RefusedError(Exception):
    """Why an address was not fetched, in words for the author; `more` is the limit that would have to be raised."""

    def __init__(self, reason: str, more: str = "") -> None:
        super().__init__(reason)
        self.more = more


@dataclass(frozen=True, slots=True)
class Way:
    """How to come to addresses: by a proxy, whose address this is, or directly; then `is_allowed` has a word for each IP."""

    proxy: str = ""
    is_allowed: IsAllowed = is_public

    def connect(self, host: str, port: int, until: float) -> socket.socket:
        """A connection with one of the addresses of a host: the same that were looked at, for the next answer may be another."""
        found = [(family, place) for family, *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.proxy and not all(self.is_allowed(str(place[0])) for _, place in found):
            raise RefusedError("is not fetched: its host is not public")
        failed: OSError = OSError("no such host")
        for family, place in found:
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(max(until - time.monotonic(), 0.001))
            try:
                connection.connect(place)
            except OSError as error:
                connection.close()
                failed = error
            else:
                return connection
        raise failed

    def route(self, request: urllib.request.Request) -> urllib.request.Request:
        """The same request, to the proxy where there is one: it alone sees what a name leads to, so names are looked at."""
        if request.type not in ("http", "https") or not request.host:
            raise RefusedError(f"is not fetched: {request.type or 'it'} is neither http nor https")
        if not self.proxy:
            return request
        host = urlsplit(f"//{request.host}").hostname or ""
        if "@" in request.host or not is_public_name(host):
            raise RefusedError("is not fetched: its host is not public")
        person, _, place = urlsplit(self.proxy).netloc.rpartition("@")
        if person:
            known = base64.b64encode(unquote(person).encode()).decode()
            request.add_unredirected_header("Proxy-Authorization", f"Basic {known}")
        request.set_proxy(place, "http")
        return request


def download(address: str, way: Way, *, max_bytes: int, seconds: float, took: Callable[[int], None]) -> bytes:
    """What an address holds. `took` is told of each piece. Raises RefusedError, OSError, HTTPException, ValueError."""
    until = time.monotonic() + seconds
    opened: list[socket.socket] = []
    # a server that sends a byte now and then would outlast any limit on a single wait
    watch = threading.Timer(seconds, _hang_up, [opened])
    watch.daemon = True
    watch.start()
    headers = {"User-Agent": f"make-deck/{__version__}", "Accept": "image/*"}
    try:
        request = way.route(urllib.request.Request(_written_out(address), headers=headers))  # noqa: S310 - scheme checked
        opener = urllib.request.build_opener(*_handlers(way, until, opened))
        with opener.open(request, timeout=seconds) as response:
            return _read(response, max_bytes, until, took)
    except (http.client.HTTPException, OSError, ValueError):
        if time.monotonic() >= until:
            raise RefusedError("takes too long") from None
        raise
    finally:
        watch.cancel()


def _written_out(address: str) -> str:
    """An address as it goes over a wire: with a scheme, in ASCII, its host as DNS has it (IDNA)."""
    if address.startswith("//"):
        address = f"https:{address}"
    parts = urlsplit(address)
    try:
        host = unquote(parts.netloc).encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except UnicodeError:
        raise RefusedError("is not fetched: its host has no such name") from None
    return quote(parts._replace(netloc=host).geturl(), safe=":/?#[]@!$&'()*+,;=%~-._")


@cache
def _tls() -> ssl.SSLContext:
    """What is trusted; reading it takes longer than the rest of this module."""
    return ssl.create_default_context()


def _handlers(way: Way, until: float, opened: list[socket.socket]) -> list[urllib.request.BaseHandler]:
    """What speaks http and https, and goes on to another address. Each connection is added to `opened`."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = way.connect(self.host, self.port, until)
            opened.append(self.sock)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            self.sock = plain = way.connect(self.host, self.port, until)
            opened.append(plain)
            host = self.host
            if tunnel := self._tunnel_host:  # type: ignore[attr-defined]
                self._tunnel()  # type: ignore[attr-defined]
                host = tunnel
            self.sock = _tls().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            opened.append(self.sock)
            self.sock.do_handshake()

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Plain, req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Secure, req)

    class Redirections(urllib.request.HTTPRedirectHandler):
        max_redirections = _REDIRECTS

        def redirect_request(  # noqa: PLR0913, PLR0917 - as urllib calls it
            self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
        ) -> urllib.request.Request | None:
            onward = super().redirect_request(req, fp, code, msg, headers, _written_out(newurl))
            return onward and way.route(onward)

    return [PlainHandler(), SecureHandler(), Redirections(), urllib.request.ProxyHandler({})]


def _hang_up(opened: Iterable[socket.socket]) -> None:
    for connection in opened:
        with suppress(OSError, ValueError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _read(response: Any, max_bytes: int, until: float, took: Callable[[int], None]) -> bytes:
    """What a server sends, as long as it is neither too much nor too slow."""
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        took(len(piece))
        if len(data) > max_bytes:
            raise RefusedError(f"is larger than {max_bytes / 1e6:.0f} MB")
    if time.monotonic() >= until:  # it was hung up, and this is not all
        raise RefusedError("takes too long")
    return bytes(data)
