"""What tells notes to learn from apart from other pages, in numbers.

In: the totals of a file, and the features of its best explanation. Out: a row of numbers by the names in `NOTES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1, log1p

from exporter.reading.detection.features import FEATURES
from exporter.reading.detection.notes_or_project import SUBJECT
from exporter.reading.detection.totals import Totals

_OF_BEST = (
    "odds", "covers", "asks", "size", "answer mass", "little answers", "is item", "is row", "is paragraph",
    "likely left out", "mean answer label", "mean prefixed", "mean short", "parts", "mean link",
)  # fmt: skip
_OF_ITEMS = ("mean short", "covers", "odds", "file links", "size", "asks", "file asking items")
"""What weighs otherwise where the best explanation is list items: glossaries and lists of links look much alike."""
NOTES = (
    "one",
    "file mass",
    "file asks",
    "file headings",
    *(f"file {name}" for name in SUBJECT),
    *_OF_BEST,
    "asking cards",
    *(f"item {name}" for name in _OF_ITEMS),
)
"""The numbers by which notes to learn from are told from other pages: of the file, and of its best explanation."""
_SIZE, _ASKS = FEATURES.index("size"), FEATURES.index("asks")
_ITEMS = FEATURES.index("is item")
_OF_ITEMS_PLACES = tuple(NOTES.index(name) for name in _OF_ITEMS)
_BEST_PLACES = tuple(FEATURES.index(name) for name in _OF_BEST)


def read_notes(totals: Totals, features: Sequence[float]) -> tuple[float, ...]:
    """The numbers of `NOTES`, from the features of the best explanation."""
    asking = log1p(expm1(features[_SIZE]) * features[_ASKS])  # many answered questions outweigh many links
    row = (1.0, *totals.field.file, *(features[place] for place in _BEST_PLACES), asking)
    items = features[_ITEMS]
    return (*row, *(items * row[place] for place in _OF_ITEMS_PLACES))
