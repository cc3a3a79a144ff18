"""Images on the network, fetched when the user asks for it and kept in the user's own cache, which no deck can bring along.

In: addresses. Out: a file for each that came, and why the others did not. Only http and https, only public hosts, with
limits on bytes and time, of each and of all: notes are written by strangers, and a build must not become their way into a
local network.
"""

from __future__ import annotations

import hashlib
import http.client
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from exporter.config import LIMIT, LimitsConfig
from exporter.machinery.whole_files import write_files
from exporter.media.download import RefusedError, Way, download
from exporter.media.looks import Unfit

_AT_ONCE = 4
_CODE = "image-remote"
_HINT = "check the address"


class _Budget:
    """What all images of a call may take together: seconds, and bytes."""

    def __init__(self, limits: LimitsConfig, share: int) -> None:
        self._until = time.monotonic() + limits.fetch_all_seconds / share
        self._bytes = limits.fetch_all_bytes // share
        self._lock = threading.Lock()

    def seconds(self, most: float) -> float:
        """How long the next one may take."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise RefusedError("is not fetched: the others took too long", "fetch_all_seconds")
        return min(most, left)

    def take(self, count: int) -> None:
        """Bytes that came."""
        with self._lock:
            self._bytes -= count
        if self._bytes < 0:
            raise RefusedError("is not fetched: with the others it is too much", "fetch_all_bytes")


def fetched_folder() -> Path:
    """Where fetched images are kept, of all decks of this user."""
    from platformdirs import user_cache_path

    return user_cache_path("make-deck", appauthor=False) / "fetched"


def fetch_images(
    addresses: Iterable[str], cache: Path, limits: LimitsConfig, way: Way, *, share: int = 1
) -> Mapping[str, Path | Unfit]:
    """The cached file of each address, or why there is none. What is cached is not fetched again.

    `share` is the number of decks that have what all images may take among them.
    """
    unique = list(dict.fromkeys(addresses))
    budget = _Budget(limits, share)

    def one(address: str) -> Path | Unfit:
        file = cache / hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()
        if file.is_file():
            return file
        try:
            budget.take(0)
            seconds = budget.seconds(limits.fetch_seconds)
            data = download(address, way, max_bytes=limits.fetch_bytes, seconds=seconds, took=budget.take)
        except RefusedError as refused:
            hint = f"build again to go on, or raise the limit: {LIMIT}{refused.more}=…" if refused.more else _HINT
            return Unfit(_CODE, str(refused), hint)
        except (http.client.HTTPException, OSError, ValueError) as error:
            return Unfit(_CODE, f"could not be fetched ({getattr(error, 'reason', error)})", _HINT)
        try:
            write_files({file: data})
        except OSError as error:
            return Unfit(_CODE, f"was fetched and could not be kept ({error.strerror})", _HINT)
        return file

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(unique, pool.map(one, unique), strict=True))
