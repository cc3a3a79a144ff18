"""Pictures that stand in the notes themselves, as `data:` addresses (RFC 2397).

In: addresses. Out: a file for each in a folder, named by the digest of its bytes, so that the same picture is kept once; or
why there is none. Whether it is a picture at all says whoever opens it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from exporter.machinery.plain_files import read_plain
from exporter.machinery.whole_files import write_plain
from exporter.media.looks import Unfit

BESIDE = "save the picture beside the notes"
"""What helps where a picture in the notes themselves cannot be read."""


def is_embedded(address: str) -> bool:
    """Whether an address is its own content."""
    return address[:5].lower() == "data:"


def keep_embedded(addresses: Iterable[str], folder: Path, *, max_bytes: int) -> Mapping[str, Path | Unfit]:
    """The file of each address that is its own content, or why there is none."""
    return {address: _keep(address, folder, max_bytes) for address in addresses if is_embedded(address)}


def _keep(address: str, folder: Path, max_bytes: int) -> Path | Unfit:
    if len(address) > 2 * max_bytes:
        return _unfit(f"is larger than {max_bytes / 1e6:.0f} MB")
    header, comma, payload = address.partition(",")
    data = unquote_to_bytes(payload)
    if header.lower().endswith(";base64"):
        try:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        except binascii.Error:
            return _unfit("is cut off or damaged: its base64 cannot be read")
    if not comma or not data:
        return _unfit("holds nothing")
    file = folder / hashlib.sha256(data).hexdigest()
    try:
        if not _is_kept(file, data):
            write_plain(file, data)
    except OSError as error:
        return _unfit(f"cannot be kept ({error.strerror})")
    return file


def _unfit(reason: str) -> Unfit:
    return Unfit("image-invalid", reason, BESIDE)


def _is_kept(file: Path, data: bytes) -> bool:
    """Whether the file is there and is what it is called: the folder may have come with the deck."""
    try:
        return read_plain(file, len(data), within=file.parent) == data
    except OSError:
        return False
