"""Marks in HTML while it is put together: what we write ourselves waits there until the rest has passed the sanitiser.

No note can write a mark, whatever characters and entities it has: each names a number that is drawn when make-deck
starts. None is left in what goes out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from exporter.machinery.html_text import Html, rewrite

_DRAWN = secrets.token_hex(8)
OPENS, CLOSES = f"\ue000{_DRAWN}", f"{_DRAWN}\ue001"


def write_slot(name: object) -> Html:
    """A mark. Its name is escaped."""
    return Html("{}{}{}").format(OPENS, name, CLOSES)


def slots(name: str) -> re.Pattern[str]:
    """Marks whose name fits a pattern."""
    return re.compile(f"{OPENS}(?:{name}){CLOSES}", re.DOTALL)


_SLOT = slots(r"(\d+)")
_SLOT_OR_TAG = re.compile(rf'{_SLOT.pattern}|<[^<>"]*(?:"[^"]*"[^<>"]*)*>')


def fill_slots(clean: Html, pieces: Sequence[Html]) -> Html:
    """Sanitised HTML with the pieces in its numbered marks; one that got into a tag, with a quote left open, is lost."""

    def fill(match: re.Match[str]) -> str:
        return pieces[int(match[1])] if match[1] else _SLOT.sub("", match[0])

    return rewrite(clean, lambda markup: _SLOT_OR_TAG.sub(fill, markup))
