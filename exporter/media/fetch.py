"""Images on the network, fetched when the user asks for it and kept in the user's own cache, which no deck can bring along.

In: addresses. Out: a file for each that came, and why the others did not. Only http and https, only public hosts, with
limits on bytes and time: notes are written by strangers, and a build must not become their way into a local network.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from exporter import __version__
from exporter.machinery.whole_files import write_plain

IsAllowed = Callable[[str], bool]
_AT_ONCE = 4
_REDIRECTS = 4
_PIECE = 1 << 16
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
"""Where the last 32 bits are an address of IPv4."""


class RefusedError(Exception):
    """Why an address was not fetched, in words for the author."""


def fetched_folder() -> Path:
    """Where fetched images are kept, of all decks of this user."""
    from platformdirs import user_cache_path

    return user_cache_path("make-deck", appauthor=False) / "fetched"


def fetch_images(
    addresses: Iterable[str], cache: Path, *, max_bytes: int, timeout_s: float, is_allowed: IsAllowed | None = None
) -> Mapping[str, Path | str]:
    """The cached file of each address, or a sentence that says why there is none. What is cached is not fetched again."""
    unique = list(dict.fromkeys(addresses))
    allowed = is_allowed or is_public

    def one(address: str) -> Path | str:
        file = cache / hashlib.sha256(address.encode()).hexdigest()
        if file.is_file():
            return file
        try:
            data = _download(address, max_bytes, timeout_s, allowed)
        except RefusedError as reason:
            return str(reason)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            return f"could not be fetched ({getattr(error, 'reason', error)})"
        try:
            _keep(file, data)
        except OSError as error:
            return f"was fetched and could not be kept ({error.strerror})"
        return file

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(unique, pool.map(one, unique), strict=True))


def _keep(file: Path, data: bytes) -> None:
    """Write a file whole or not at all; two builds may do so at once."""
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        write_plain(part, data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def is_public(address: str) -> bool:
    """Whether an IP address is a public one, and what it leads to by a tunnel too: not this machine, not the local network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in _led_to(ip))


def _led_to(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Iterable[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """An address, and those of IPv4 in it: mapped or compatible (RFC 4291), 6to4 (3056), Teredo (4380), NAT64 (6052, 8215)."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return (ip,)
    if ip.ipv4_mapped:
        return (ip.ipv4_mapped,)
    within = [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)] if any(ip in net for net in _EMBEDDING) else []
    return (ip, *within, *(ip.teredo or ()), *([ip.sixtofour] if ip.sixtofour else []))


def _connect(host: str, port: int, is_allowed: IsAllowed, until: float) -> socket.socket:
    """A connection with one of the addresses of a host: the same that were looked at, for the next answer may be another."""
    found = [(family, place) for family, *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_allowed(str(place[0])) for _, place in found):
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


@cache
def _tls() -> ssl.SSLContext:
    """What is trusted; reading it takes longer than the rest of this module."""
    return ssl.create_default_context()


def _handlers(is_allowed: IsAllowed, until: float, opened: list[socket.socket]) -> list[urllib.request.BaseHandler]:
    """What speaks http and https, and goes on to another address. Each connection is added to `opened`."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = _connect(self.host, self.port, is_allowed, until)
            opened.append(self.sock)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            plain = _connect(self.host, self.port, is_allowed, until)
            self.sock = _tls().wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            opened.append(self.sock)
            self.sock.do_handshake()

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Plain, req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Secure, req)

    class Guard(urllib.request.HTTPRedirectHandler):
        max_redirections = _REDIRECTS

        def redirect_request(self, *request: Any) -> Any:
            _check(request[-1])  # the last argument is the new address
            return super().redirect_request(*request)

    return [PlainHandler(), SecureHandler(), Guard(), urllib.request.ProxyHandler({})]


def _download(address: str, max_bytes: int, timeout_s: float, is_allowed: IsAllowed) -> bytes:
    address = quote(address, safe=":/?#[]@!$&'()*+,;=%~-._")
    if address.startswith("//"):
        address = f"https:{address}"
    _check(address)
    request = urllib.request.Request(address, headers={"User-Agent": f"make-deck/{__version__}", "Accept": "image/*"})  # noqa: S310 - scheme checked
    until = time.monotonic() + timeout_s
    opened: list[socket.socket] = []
    # a server that sends a byte now and then would outlast any limit on a single wait
    watch = threading.Timer(timeout_s, _hang_up, [opened])
    watch.daemon = True
    watch.start()
    try:
        with urllib.request.build_opener(*_handlers(is_allowed, until, opened)).open(
            request, timeout=timeout_s
        ) as response:
            return _read(response, max_bytes, until)
    except (http.client.HTTPException, OSError, ValueError):
        if time.monotonic() >= until:
            raise RefusedError("takes too long") from None
        raise
    finally:
        watch.cancel()


def _hang_up(opened: Iterable[socket.socket]) -> None:
    for connection in opened:
        with suppress(OSError, ValueError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _read(response: Any, max_bytes: int, until: float) -> bytes:
    """What a server sends, as long as it is neither too much nor too slow."""
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > max_bytes:
            raise RefusedError(f"is larger than {max_bytes / 1e6:.0f} MB")
    if time.monotonic() >= until:  # it was hung up, and this is not all
        raise RefusedError("takes too long")
    return bytes(data)


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"is not fetched: {parts.scheme or 'it'} is neither http nor https")
