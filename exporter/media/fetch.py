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
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from exporter import __version__
from exporter.machinery.whole_files import write_plain

IsAllowed = Callable[[str], bool]
_AT_ONCE = 4
_REDIRECTS = 4
_PIECE = 1 << 16


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


def is_public(host: str) -> bool:
    """Whether every address of a host is a public one: not this machine, not the local network."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return True  # the download itself will say that there is no such host
    return all(ipaddress.ip_address(entry[4][0]).is_global for entry in found)


def _download(address: str, max_bytes: int, timeout_s: float, is_allowed: IsAllowed) -> bytes:
    class Guard(urllib.request.HTTPRedirectHandler):
        max_redirections = _REDIRECTS

        def redirect_request(self, *request: Any) -> Any:
            _check(request[-1], is_allowed)  # the last argument is the new address
            return super().redirect_request(*request)

    address = quote(address, safe=":/?#[]@!$&'()*+,;=%~-._")
    if address.startswith("//"):
        address = f"https:{address}"
    _check(address, is_allowed)
    request = urllib.request.Request(address, headers={"User-Agent": f"make-deck/{__version__}", "Accept": "image/*"})  # noqa: S310 - scheme checked
    with urllib.request.build_opener(Guard).open(request, timeout=timeout_s) as response:
        return _read(response, max_bytes, time.monotonic() + timeout_s)


def _read(response: Any, max_bytes: int, until: float) -> bytes:
    """What a server sends, as long as it is neither too much nor too slow."""
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > max_bytes:
            raise RefusedError(f"is larger than {max_bytes / 1e6:.0f} MB")
        if time.monotonic() > until:
            raise RefusedError("takes too long")
    return bytes(data)


def _check(address: str, is_allowed: IsAllowed) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(f"is not fetched: {parts.scheme or 'it'} is neither http nor https")
    if not is_allowed(parts.hostname):
        raise RefusedError("is not fetched: its host is not public")
