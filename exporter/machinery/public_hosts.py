"""Hosts of the network, and not of this machine or its neighbourhood: where notes of strangers may lead a build.

In: addresses of IP, or names of hosts. Out: whether they are public, by IANA's registries of special addresses (RFC 6890)
and of special names (RFC 6761). Where no more than a name is known, as behind a proxy, it says what the name lets see.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
"""The only addresses of IPv6 that are given out (RFC 4291)."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Where the last 32 bits are the address of IPv4 that is meant (RFC 6052)."""

_SPECIAL_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Protocols (Teredo's tunnels among them), examples, 6to4's tunnels, examples."""

_SPECIAL_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)  # fmt: skip

_NAME = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*\.?", re.IGNORECASE)
_LOCAL_NAMES = (
    "localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "arpa", "test",
    "invalid", "onion", "alt",
)  # fmt: skip
"""Last parts of names that no public host has, but that networks give to their own."""

_NUMBERS = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
_PROXY = re.compile(r"http://(?:[^\s/@]*@)?(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?/?", re.IGNORECASE)
PROXY_FORM = "such as http://proxy.example.org:3128"
"""What to say where an address of a proxy is none."""


def is_public(address: str) -> bool:
    """Whether an address of IP is public, and where it leads to, too."""
    if "%" in address:  # the zone of a link
        return False
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if within is None:
            return ip in _PUBLIC_6 and not any(ip in net for net in _SPECIAL_6)
        ip = within
    return not any(ip in net for net in _SPECIAL_4)


def is_public_name(host: str) -> bool:
    """Whether a host may be public as far as this machine knows: what a proxy finds for a name, it alone sees."""
    if (ip := _written_ip(host)) is not None:
        return is_public(ip)
    if not _NAME.fullmatch(host) or host.rstrip(".").lower().rpartition(".")[2] in _LOCAL_NAMES:
        return False
    return all(map(is_public, _known_here(host)))


def _written_ip(host: str) -> str | None:
    """The address of IP that a host is written as, `2130706433` and `0x7f.1` as well; None for a name."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]")))
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host.rstrip("."))) if _NUMBERS.fullmatch(host) else None
    return None


def _known_here(host: str) -> Iterable[str]:
    try:
        return {str(place[0]) for *_, place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):  # behind a proxy, names of the network often are not known
        return ()


def is_proxy(address: str) -> bool:
    """Whether an address is that of a proxy, such as `http://proxy.example.org:3128`, with name and password or without."""
    try:
        return bool(_PROXY.fullmatch(address)) and urlsplit(address).port != 0
    except ValueError:  # a port above 65,535
        return False
