"""Texts compared without being kept.

In: questions and answers. Out: keys, and sketches short enough for a line of the lock. A sketch samples
the 4-letter pieces of an answer: the 32 whose CRC comes first. The share of the sample that a new answer contains
estimates how much of the old answer stands there. Measured on two states of one book (36,000 pairs,
`../shared/facts/editions.md`): error 0.036 (root mean square), at most 0.14; unrelated answers reach 0.31, so that the
threshold of 0.6 is far from both.
"""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from exporter.model import Body, CardKind
from exporter.reading.letters import letters
from exporter.reading.markdown import plain_text
from exporter.reading.page.vocabulary import MARKS

_GRAM = 4
_SAMPLE = 32
_BYTES = 3
"""Bytes of a piece's hash: a wrong hit in an answer of 5,000 pieces has a chance of 0.03 %."""

_MASK = (1 << 8 * _BYTES) - 1

_SHORT = 38 - _GRAM + 1
"""Pieces of an answer of 38 letters; what is shorter proves nothing."""

_SKETCH = re.compile(rf"(?:[1-9][0-9]{{0,8}}:([A-Za-z0-9+/]{{4,{4 * _SAMPLE}}}))?")

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_FIRST_CJK = re.compile(f"[{_CJK}]")
_WORDS = re.compile(rf"[{_CJK}]+|(?:[^\W_{_CJK}]|[{MARKS}])+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """An answer's fingerprint: how many different pieces it has, and the hashes of some."""

    size: int
    sample: frozenset[int]

    @property
    def proves(self) -> bool:
        """Whether the answer is long enough to tell one question from another."""
        return self.size >= _SHORT


def fold(text: str) -> str:
    """Text without case, punctuation and spaces. `C`, `C++` and `C#`, `a<b` and `a>b` stay different."""
    return letters(text, operators=True)


def question_key(text: str) -> str:
    """A question as it is compared: what stays when an author polishes it."""
    return fold(text) or text


def answer_text(kind: CardKind, front: Body, back: Body) -> str:
    """What tells a card from another beside its question: the answer; of a cloze, the whole text."""
    bodies = (front, back) if kind is CardKind.CLOZE else (back,)
    return "\n".join(plain_text(body.tokens) for body in bodies)


def grams(answer: str) -> frozenset[int]:
    """The hashes of all pieces of an answer. A text shorter than a piece is one piece."""
    text = fold(answer)
    data = text.encode()
    if len(data) == len(text) >= _GRAM:  # ASCII: a byte is a letter
        return frozenset(_hashes(data))
    starts = range(len(text) - _GRAM + 1) if len(text) > _GRAM else range(bool(text))
    return frozenset([crc32(text[start : start + _GRAM].encode()) & _MASK for start in starts])


def _hashes(data: bytes) -> Sequence[int]:
    """The hash of each piece of bytes, one letter's place of all pieces after the other.

    A CRC is linear: each letter adds its own bits to it by exclusive or, whatever the others are. So a build hashes all
    pieces of an answer with a few calls, three times as fast as each for itself.
    """
    count = len(data) - _GRAM + 1
    hashes = bytearray(4 * count)
    for byte in range(_BYTES):
        bits = 0
        for place, added in enumerate(_added()):
            bits ^= int.from_bytes(data[place : place + count].translate(added[byte]), "little")
        hashes[byte::4] = bits.to_bytes(count, "little")
    return struct.unpack(f"<{count}I", hashes)


@cache
def _added() -> list[list[bytes]]:
    """For each place in a piece, and each byte of the hash, what each letter adds; the first place has the rest with it."""
    rest = crc32(bytes(_GRAM))
    added: list[list[bytes]] = []
    for place in range(_GRAM):
        pieces = (bytes(place) + bytes([letter]) + bytes(_GRAM - 1 - place) for letter in range(256))
        hashes = [(crc32(piece) ^ (rest if place else 0)).to_bytes(4, "little") for piece in pieces]
        added.append([bytes([crc[byte] for crc in hashes]) for byte in range(_BYTES)])
    return added


def render_sketch(pieces: Collection[int]) -> str:
    """The sketch of an answer as the lock keeps it: `size:base64`; "" for no answer."""
    first = (_MASK + 1) * 3 * _SAMPLE // max(len(pieces), 1)  # a sample's worth lies far below this, nearly always
    small = [piece for piece in pieces if piece < first]
    chosen = sorted(small if len(small) >= _SAMPLE else pieces)[:_SAMPLE]
    sample = b"".join([piece.to_bytes(_BYTES, "big") for piece in chosen])
    return f"{len(pieces)}:{base64.b64encode(sample).decode()}" if pieces else ""


def is_sketch(text: str) -> bool:
    """Whether `render_sketch` may have written this."""
    match = _SKETCH.fullmatch(text)
    return match is not None and len(match[1] or "") % 4 == 0


def read_sketch(text: str) -> Sketch:
    """The reverse of `render_sketch`. Raises ValueError for anything else."""
    if not is_sketch(text):
        raise ValueError(f"no sketch: {text}")
    size, _, code = text.partition(":")
    sample = base64.b64decode(code)
    starts = range(0, len(sample), _BYTES)
    return Sketch(int(size or 0), frozenset(int.from_bytes(sample[start : start + _BYTES], "big") for start in starts))


def likeness(contained: float, old_size: int, new_size: int) -> float:
    """How alike two answers are, 0 to 1, when a share of the old one stands in the new one.

    The larger of containment and Dice's coefficient: an answer that grew contains the old one, one that shrank does
    not.
    """
    total = old_size + new_size
    return max(contained, 2 * contained * old_size / total if total else 0.0)


def title_words(text: str) -> frozenset[str]:
    """What a title is about: its words, and the pairs of letters of scripts that put no spaces."""
    words: set[str] = set()
    for run in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _FIRST_CJK.match(run) and len(run) > 1:
            words.update(run[start : start + 2] for start in range(len(run) - 1))
        else:
            words.add(run)
    return frozenset(words)
