"""The address of a sync server or of AnkiConnect: read, checked, and fit to be shown.

In: what stands on the command line. Out: an `Address`, or `Stopped`.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from exporter.push.target import Stopped

_ANKIWEB = ("ankiweb.net", "ankiuser.net")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL without user and password; `loopback` where it is this machine."""

    url: str
    host: str
    loopback: bool

    def __str__(self) -> str:
        return self.url


def read_address(url: str) -> Address:
    """The address that `url` names. Raises `Stopped` for what is no http address, and where it holds a password.

    AnkiWeb is refused: its terms leave its servers to Anki's own programs (ankiweb.net/account/terms).
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise Stopped("push-refused", "this is no address of a server", "write it like http://127.0.0.1:8080/")
    if parts.username is not None or parts.password is not None:
        hint = "set MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD, or let make-deck ask"
        raise Stopped("push-refused", f"the address of {host} holds a user or a password", hint)
    if any(host == name or host.endswith(f".{name}") for name in _ANKIWEB):
        hint = "import the .apkg into Anki and sync from there, or use make-deck push --connect"
        raise Stopped("push-refused", f"{host} is AnkiWeb, which is open to Anki's own programs only", hint)
    shown = f"[{host}]" if ":" in host else host
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return Address(f"{parts.scheme}://{shown}{f':{port}' if port else ''}{path}", host, _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def folder_name(*identity: str) -> str:
    """A name for the folder of a target, from what tells it apart from others."""
    return hashlib.sha256("\0".join(identity).encode()).hexdigest()[:16]
