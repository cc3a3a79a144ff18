"""RemNote's export: bullets `front ― back`, `front → back`, `front ↓` with the answer beneath, and `{{cloze}}`.

Arrows are common in notes; the sign of RemNote is a bullet that ends with `↓` above others, or a `―`, in a page that is
mostly bullets. Where it stands, what RemNote's users type for an arrow counts, too: `front >> back`, `concept :: meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.cloze import mark_braces
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.logseq import item_ends
from exporter.reading.markdown import has_gaps, plain_text, reworded
from exporter.reading.page.lines import halve
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title

_SEPARATOR = re.compile(r"(?<!\s)(?:\s*+([―→⟶↔⟷←⟵])\s*|\s++(>>|<<|<>|::|;;|==)\s+)")
_BACKWARD, _BOTH = "←⟵<<", "↔⟷―<>"
_DOWN = re.compile(r"(?<!\s)\s*+[↓⇓―→↔]\s*$")
_SIGNS = (*"―→⟶↔⟷←⟵↓⇓{", ">>", "<<", "<>", "::", ";;", "==")
_SIGN = re.compile(r"[―↔]|[↓⇓]\s*$", re.MULTILINE)
_SHARE = 0.6
"""Of a page of RemNote's, so much stands in bullets."""
_GAP = re.compile(r"\{\{(?!c\d+::)([^{}]+)\}\}")


def find_rems(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every bullet that is a card."""
    bullets = [i for i, token in enumerate(tokens) if token.type == "list_item_open" and i + 3 < len(tokens)]
    if strict and not any(tokens[i + 2].type == "inline" and _SIGN.search(tokens[i + 2].content) for i in bullets):
        return ()
    if strict and not _is_outline(tokens):
        return ()
    ends = item_ends(tokens)
    questions: list[Question] = []
    behind = 0
    for index in bullets:
        if index < behind or tokens[index + 2].type != "inline":
            continue
        question = _read(tokens, index, ends.get(index, len(tokens)))
        if question:
            questions.append(question)
            behind = question.end or index
    return questions


def _is_outline(tokens: Sequence[Token]) -> bool:
    """Whether most of a page stands in bullets."""
    inside = sum(weigh(token) for token in tokens if token.level > 1)
    return inside >= _SHARE * sum(map(weigh, tokens))


def _read(tokens: Sequence[Token], index: int, end: int) -> Question | None:
    inline = tokens[index + 2]
    children = list(inline.children or ())
    if not children or not any(sign in inline.content for sign in _SIGNS):
        return None
    if children[-1].type == "text" and (match := _DOWN.search(children[-1].content)):
        children[-1] = children[-1].copy(content=children[-1].content[: match.start()])
        title = read_title(inline.copy(children=children))
        stop, below = _beneath(tokens, index, end)
        if not title.text or not any(map(weigh, tokens[index + 4 : end])):
            return None
        return Question(index, index + 4, title, end=stop, back=below or tuple(tokens[index + 4 : end]), marked=True)
    before, sign, after = _halves(children)
    if sign and plain_text(before) and plain_text(after):
        asked, told = (after, before) if sign in _BACKWARD else (before, after)
        back = (tokens[index + 1], reworded(inline, told), tokens[index + 3])
        kind = CardKind.REVERSED if sign in _BOTH else CardKind.BASIC
        end, beneath = _beneath(tokens, index, end)
        title = read_title(inline.copy(children=asked))
        return Question(index, index + 4, title, end=end, kind=kind, back=(*back, *beneath), marked=True)
    marked, gaps = mark_braces(children, 0, _GAP)
    if gaps or has_gaps(children):
        title = read_title(inline.copy(children=marked))
        return Question(index, index + 4, title, end=index + 4, kind=CardKind.CLOZE)
    return None


def _beneath(tokens: Sequence[Token], index: int, end: int) -> tuple[int, tuple[Token, ...]]:
    """Where a card ends, and what beneath it is only its own: nothing where cards stand among it."""
    below = tokens[index + 4 : end]
    cards = any(
        token.type == "inline" and (_SIGN.search(token.content) or _SEPARATOR.search(token.content)) for token in below
    )
    return (index + 4, ()) if cards else (end, tuple(below))


def _halves(children: Sequence[Token]) -> tuple[list[Token], str, list[Token]]:
    """The inline tokens before and behind the arrow, and the arrow."""
    for place, child in enumerate(children):
        if child.type == "text" and (match := _SEPARATOR.search(child.content)):
            before, behind = halve(children, place, match)
            return before, match[1] or match[2], behind
    return list(children), "", []


DIALECT = Dialect("remnote", "RemNote's arrows", find_rems, share=0.0)
