"""Code blocks, highlighted where the language is known. Gaps in them keep their colours.

Some lexers drop or alter text that is no code of their language. What they give is compared with the code: where it
differs, the code stays plain.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from exporter.reading.markdown import GapMark, Pieces

_LONGEST_S, _LONGEST_PER_CHARACTER_S = 0.5, 20e-6
"""Ten times what a lexer needs for real code; for some, twice as much text that is no code takes four times as long."""

_ENDLESS = frozenset({"tnt"})
"""Lexers that a line of brackets keeps busy within one match, where no clock is looked at."""


def render_code(content: str, info: str, pieces: Pieces = (), mark: Callable[[GapMark], str] = str) -> str:
    """A code block. `pieces` is the same content with its gaps, `mark` says what stands where one begins and ends."""
    language = re.split(r"[\s,{:]", info.lstrip("{. "), maxsplit=1)[0].rstrip("}").lower()
    known = f' class="language-{html.escape(language)}"' if language else ""
    pieces = pieces or (content,)
    shown = _highlight(_trimmed(pieces), language, mark)
    return f'<div class="code"><pre><code{known}>{shown}</code></pre></div>\n'


def _trimmed(pieces: Pieces) -> Pieces:
    """The pieces without the line end that closes the code."""
    last = pieces[-1]
    return (*pieces[:-1], last.removesuffix("\n")) if isinstance(last, str) else pieces


def _highlight(pieces: Pieces, language: str, mark: Callable[[GapMark], str]) -> str:
    code = "".join(piece for piece in pieces if isinstance(piece, str))
    tokens = _tokens(code, language) if language and language not in _ENDLESS else None
    if tokens is None:
        return "".join(html.escape(p, quote=False) if isinstance(p, str) else mark(p) for p in pieces)
    formatter = _formatter()
    runs = _cut(tokens, pieces) if len(pieces) > 1 else iter([tokens])
    return "".join(_format(formatter, run) if isinstance(run, list) else mark(run) for run in runs)


def _tokens(code: str, language: str) -> list[tuple[Any, str]] | None:
    """The code as Pygments colours it; None where it knows no such language, or its text is another."""
    lexer = _lexer(language)
    if lexer is None:
        return None
    until = time.process_time() + _LONGEST_S + len(code) * _LONGEST_PER_CHARACTER_S
    tokens: list[tuple[Any, str]] = []
    for token in lexer.get_tokens(f"{code}\n"):  # a session's last line needs its end
        if time.process_time() > until:
            return None
        if token[1]:
            tokens.append(token)
    if "".join(text for _, text in tokens) != f"{code}\n":
        return None
    kind, last = tokens.pop()
    return [*tokens, (kind, last[:-1])] if last[:-1] else tokens


def _format(formatter: Any, run: Iterable[tuple[Any, str]]) -> str:
    from io import StringIO

    run = list(run)
    out = StringIO()
    formatter.format(run, out)
    ends_line = bool(run) and run[-1][1].endswith("\n")
    return out.getvalue() if ends_line else out.getvalue().removesuffix("\n")  # Pygments ends every run with a line


def _cut(tokens: Iterable[tuple[Any, str]], pieces: Pieces) -> Iterator[list[tuple[Any, str]] | GapMark]:
    """Pygments' tokens between the marks; one that a mark cuts keeps its kind on both sides."""
    source = iter(tokens)
    kind, text = next(source, (None, ""))
    for piece in pieces:
        if not isinstance(piece, str):
            yield piece
            continue
        run: list[tuple[Any, str]] = []
        missing = len(piece)
        while missing and kind is not None:
            taken = text[:missing]
            run.append((kind, taken))
            missing -= len(taken)
            text = text[len(taken) :]
            if not text:
                kind, text = next(source, (None, ""))
        yield run


@cache
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
