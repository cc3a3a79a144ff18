"""Code blocks, highlighted where the language is known. Gaps in them keep their colours.

Some lexers drop or alter text that is no code of their language. What they give is compared with the code: where it
differs, the code stays plain.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any

from exporter.machinery.html_text import Html, escape
from exporter.machinery.time_limits import at_most, can_interrupt
from exporter.machinery.workers import Fault, call_apart
from exporter.reading.markdown import GapMark, Pieces

_LONGEST_S, _LONGEST_PER_CHARACTER_S = 0.5, 20e-6
"""Ten times what a lexer needs for real code; for some, twice as much text that is no code takes four times as long."""

_ENDLESS = frozenset({"tnt"})
"""Lexers that a line of brackets keeps busy for ever, in any thread."""

_NUMBERED = re.compile(
    r"(?<![\w-])(?:linenos?|linenums|line-numbers|number-?lines|showlinenumbers)\b(?!\s*=\s*[\"']?(?:false|0|none)\b)",
    re.IGNORECASE,
)
"""How the fences of Hugo, MkDocs, Pandoc, Docusaurus and others ask for numbers of lines. Paper has them."""

_SHORT = 3_000
"""Characters that take any lexer no more than a second, or twice that."""

_START_S, _BYTES = 10, 1_000_000_000
"""What a process needs that begins with it."""


def render_code(content: str, info: str, pieces: Pieces = (), mark: Callable[[GapMark], Html] = escape) -> Html:
    """A code block. `pieces` is the same content with its gaps, `mark` says what stands where one begins and ends."""
    language = re.split(r"[\s,{:]", info.lstrip("{. "), maxsplit=1)[0].rstrip("}").lower()
    names = [f"language-{language}"] if language else []
    names += ["numbered"] if _NUMBERED.search(info) else []
    known = Html(' class="{}"').format(" ".join(names)) if names else ""
    pieces = pieces or (content,)
    shown = _highlight(_trimmed(pieces), language, mark)
    return Html('<div class="code"><pre><code{}>{}</code></pre></div>\n').format(known, shown)


def _trimmed(pieces: Pieces) -> Pieces:
    """The pieces without the line end that closes the code."""
    last = pieces[-1]
    return (*pieces[:-1], last.removesuffix("\n")) if isinstance(last, str) else pieces


def _highlight(pieces: Pieces, language: str, mark: Callable[[GapMark], Html]) -> Html:
    code = "".join(piece for piece in pieces if isinstance(piece, str))
    tokens = _tokens(code, language) if language and language not in _ENDLESS else None
    if tokens is None:
        return Html().join(escape(p, quote=False) if isinstance(p, str) else mark(p) for p in pieces)
    formatter = _formatter()
    runs = _cut(tokens, pieces) if len(pieces) > 1 else iter([tokens])
    return Html().join(_format(formatter, run) if isinstance(run, list) else mark(run) for run in runs)


def _tokens(code: str, language: str) -> list[tuple[Any, str]] | None:
    """The code as Pygments colours it; None where it knows no such language, takes too long, or its text is another."""
    if _lexer(language) is None:
        return None
    seconds = _LONGEST_S + len(code) * _LONGEST_PER_CHARACTER_S
    if len(code) <= _SHORT or can_interrupt():
        found = _lex(code, language, seconds)
    else:  # in a thread of the preview
        made = call_apart(partial(_lex, code, language, seconds), _START_S + seconds, _BYTES)
        found = None if isinstance(made, Fault) else made
    if found is None or "".join(text for _, text in found) != f"{code}\n":
        return None
    tokens = [(_kind(kind), text) for kind, text in found]
    kind, last = tokens.pop()
    return [*tokens, (kind, last[:-1])] if last[:-1] else tokens


def _lex(code: str, language: str, seconds: float) -> list[tuple[str, str]] | None:
    """Names of Pygments' kinds, and pieces of the code; None where it takes longer."""
    until = time.process_time() + seconds
    tokens: list[tuple[str, str]] = []
    try:
        with at_most(seconds):
            for kind, text in _lexer(language).get_tokens(f"{code}\n"):  # a session's last line needs its end
                if time.process_time() > until:
                    return None
                if text:
                    tokens.append((str(kind), text))
    except TimeoutError:
        return None
    return tokens


@cache
def _kind(name: str) -> Any:
    from pygments.token import string_to_tokentype

    return string_to_tokentype(name)


def _format(formatter: Any, run: Iterable[tuple[Any, str]]) -> Html:
    """As Pygments writes it, which escapes text."""
    from io import StringIO

    run = list(run)
    out = StringIO()
    formatter.format(run, out)
    ends_line = bool(run) and run[-1][1].endswith("\n")
    return Html(out.getvalue() if ends_line else out.getvalue().removesuffix("\n"))  # it ends every run with a line


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
