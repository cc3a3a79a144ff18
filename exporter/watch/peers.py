"""Whose program is at the other end of a connection on this machine, where the system tells.

In: both ends of a connection of TCP. Out: whether another user of this machine has the far one. Anybody who works here can
connect with a server on loopback, and only Linux says who it is (proc(5), `/proc/net/tcp`).
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from exporter.machinery.plain_files import read_plain

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_NEAR, _FAR, _USER = 1, 2, 7
"""Columns: an end of a connection as its own system sees it, the other end, who has it."""


def is_another_users(client: tuple[str, int], port: int) -> bool:
    """Whether it is known that somebody else asks: neither this user nor root, who may read everything anyway.

    `client` is the address that asks, `port` the one that is asked. What is in no table came from no user of this system.
    """
    if sys.platform != "linux":
        return False
    return not users_of(client, port, filter(None, map(_read, _TABLES))) <= {os.geteuid(), 0}


def users_of(client: tuple[str, int], port: int, tables: Iterable[str]) -> set[int]:
    """Who has the end `client` of a connection with `port`, by tables of all connections."""
    host = int.from_bytes(socket.inet_aton(client[0]), sys.byteorder)
    near, far = f"{host:08X}:{client[1]:04X}", f":{port:04X}"  # in tcp6 they stand behind what makes them IPv6
    rows = (line.split() for table in tables for line in table.splitlines()[1:])
    return {int(row[_USER]) for row in rows if row[_NEAR].endswith(near) and row[_FAR].endswith(far)}


def _read(table: Path) -> str:
    try:
        return read_plain(table).decode("ascii", "replace")
    except OSError:
        return ""
