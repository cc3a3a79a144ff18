"""HTML as a type of its own: a stranger's text is none until it is escaped or sanitised.

In: text, or HTML. Out: `Html`, which fields, pages and the preview ask for. What it is put together with is escaped; what is
plain text to Python (an f-string, a slice, a match) is plain text to mypy too. Who may call HTML what came otherwise stands
in tests/test_doors.py.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Self


class Html(str):
    """HTML that holds nothing of a stranger's but what was escaped or sanitised. It may be a piece that opens an element."""

    __slots__ = ()

    def __html__(self) -> Self:
        """What Jinja's autoescape takes as it is."""
        return self

    def format(self, *pieces: object, **named: object) -> Html:
        """HTML with pieces in the places of `{}`: text is escaped."""
        return Html(super().format(*map(escape, pieces), **{name: escape(piece) for name, piece in named.items()}))

    def join(self, pieces: Iterable[str], /) -> Html:
        """Pieces with this HTML between them: text is escaped."""
        return Html(super().join(map(escape, pieces)))

    def __add__(self, more: str) -> Html:
        """This HTML, and more: text is escaped."""
        return Html(super().__add__(escape(more)))


class FieldHtml(Html):
    """HTML as a field of a note: nothing of a stranger's is Anki's own syntax in it, or a formula. `cards.anki_syntax` makes it."""

    __slots__ = ()


def escape(text: object, *, quote: bool = True) -> Html:
    """Text as HTML, with quotation marks escaped unless it stands between tags; HTML as it is."""
    return text if isinstance(text, Html) else Html(html.escape(str(text), quote=quote))


def rewrite(markup: Html, *steps: Callable[[str], str]) -> Html:
    """HTML after steps that move, mark or leave out what stands in it, and write nothing else but tags of their own."""
    for step in steps:
        markup = Html(step(markup))
    return markup
