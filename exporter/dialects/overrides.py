"""What the author says in comments: `<!-- card -->`, `<!-- no-card -->`, `<!-- reversed -->`.

In: tokens. Out: the words by the place of the block that follows them, and a diagnostic for each that is misspelled or
applies to nothing. A comment may stand on a line of its own before the question, or in its line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report, suggest
from exporter.source import SourceFile

ALLOWED = ("card", "no-card", "reversed")
_LIKE = re.compile(
    r"(?:no|not|skip|as|is|a)?[-_ ]*(?:flash)?cards?\b[-_: ]*\w*|reversed?|reverse[-_ ]card|no-?question", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Overrides:
    """By the place of a block's first token: what the author says about it."""

    words: Mapping[int, frozenset[str]]

    def __contains__(self, item: tuple[int, str]) -> bool:
        place, word = item
        return word in self.words.get(place, ())


def is_override(text: str) -> bool:
    """Whether a comment talks to make-deck, rightly or wrongly."""
    word = text.strip().lower()
    return word in ALLOWED or bool(_LIKE.fullmatch(word)) or bool(difflib.get_close_matches(word, ALLOWED, 1, 0.8))


def read_overrides(source: SourceFile, tokens: Sequence[Token]) -> tuple[Overrides, tuple[Diagnostic, ...]]:
    """Collect the comments that talk to make-deck."""
    words: dict[int, set[str]] = {}
    diagnostics: list[Diagnostic] = []
    waiting: list[tuple[str, int]] = []
    block = 0
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "paragraph_open", "details_open", "blockquote_open", "list_item_open"):
            block = index
            for word, _ in waiting:
                words.setdefault(index, set()).add(word)
            if token.type not in ("list_item_open", "details_open"):
                waiting = []
        found = [token] if token.type == "comment" else [c for c in token.children or () if c.type == "html_inline"]
        for comment in found:
            text = comment.content.strip().removeprefix("<!--").removesuffix("-->").strip().lower()
            is_comment = comment.type == "comment" or comment.content.lstrip().startswith("<!--")
            if not is_comment or not is_override(text):
                continue
            line = (token.map or [0])[0]
            if text not in ALLOWED:
                diagnostics.append(_invalid(source, line, text))
            elif comment.type == "comment":
                waiting.append((text, line))
            else:
                words.setdefault(block, set()).add(text)
    for text, line in waiting:
        message = f"<!-- {text} --> stands above nothing that could be a question"
        diagnostics.append(report("override-invalid", source.find("<!--", line, line + 1), message))
    return Overrides({place: frozenset(said) for place, said in words.items()}), tuple(diagnostics)


def _invalid(source: SourceFile, line: int, text: str) -> Diagnostic:
    message = f'<!-- {text} --> is no word that make-deck knows; allowed are {", ".join(ALLOWED)}'
    return report("override-invalid", source.find("<!--", line, line + 1), message, suggest(text, ALLOWED))
