"""Vocabularies that are lines of one paragraph: `Hund – dog` below `Katze – cat`, with nothing else around them.

A line has a short term, a sign, and what the term means. A section must be made of such lines: a letter's head and the
data of a page look alike. Below a heading that says "glossary" two lines are enough and their signs may differ; without
one the whole file must be such lines, all with the same sign.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line, halve
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.wording import fold, is_glossary

_SIGN = r"(?<!\s)\s++(?:[-–—―=→]{1,2}|::)\s+|(?<!\s)\s*+：\s*|(?<!:):\s+|\t+\s*"
_LINE = re.compile(rf"\S(?:.{{0,58}}?\S)??(?P<sign>{_SIGN})(?=\S*[^\W\d_]).{{1,300}}")
_SPLIT = re.compile(_SIGN)
_FEWEST, _FEWEST_NAMED = 3, 2
"""Lines of a file, and of a section that is called a glossary."""
_SHARE = 0.8
"""Of the text outside of headings, so much must be such lines."""
_UNLIKE = 0.9
"""Of the terms, so many must be different: `Q:` and `A:` are labels."""


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands between two headings: `lines` (place, sign, mass) of terms, masses of its text and its paragraphs."""

    named: bool
    lines: tuple[tuple[int, str, int], ...]
    mass: int
    prose: int

    @property
    def is_glossary(self) -> bool:
        """Whether the section is called a glossary, and its paragraphs are such lines; tables and lists may follow."""
        is_made = sum(mass for *_, mass in self.lines) >= _SHARE * self.prose
        return self.named and len(self.lines) >= _FEWEST_NAMED and is_made


def cut_terms(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """Each such line is a paragraph."""
    return Cut.AROUND if _LINE.fullmatch(text) else Cut.NOWHERE


def find_terms(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every line of the sections that are made of such lines, in a file of them or below "glossary"."""
    found = list(_sections(tokens))
    signs = Counter(sign for section in found for _, sign, _ in section.lines)
    if not signs:
        return ()
    common = signs.most_common(1)[0][0]
    alike = [line for section in found for line in section.lines if line[1] == common]
    whole = sum(section.mass for section in found)
    chosen = {line for section in found if section.is_glossary for line in section.lines}
    if len(alike) >= _FEWEST and (not strict or sum(mass for *_, mass in alike) >= _SHARE * whole):
        chosen |= {*alike}
    questions = [question for index, *_ in sorted(chosen) if (question := _read(tokens, index))]
    names = {fold(question.title.full) for question in questions}
    return questions if len(names) >= _UNLIKE * len(questions) else ()


def _sections(tokens: Sequence[Token]) -> Iterator[_Section]:
    """The sections of a file in order; one is named if a heading above it says "glossary"."""
    above: list[tuple[str, bool]] = []  # the headings above: their tags, and whether they say so
    lines: list[tuple[int, str, int]] = []
    mass = prose = 0
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and not token.level:
            yield _Section(any(named for _, named in above), tuple(lines), mass, prose)
            lines, mass, prose = [], 0, 0
            while above and above[-1][0] >= token.tag:
                above.pop()
            above.append((token.tag, is_glossary(plain_text(tokens[index + 1].children or ()))))
        elif not (index and tokens[index - 1].type == "heading_open"):
            mass += weigh(token)
        if token.type == "paragraph_open" and not token.level:
            inline = tokens[index + 1]
            prose += weigh(inline)
            if match := _LINE.fullmatch(plain_text(inline.children or ())):
                lines.append((index, match["sign"].strip() or "\t", weigh(inline)))
    yield _Section(any(named for _, named in above), tuple(lines), mass, prose)


def _read(tokens: Sequence[Token], start: int) -> Question | None:
    """A line as a question: its words before the sign, and behind it."""
    inline = tokens[start + 1]
    children = list(inline.children or ())
    for place, child in enumerate(children):
        match = _SPLIT.search(child.content) if child.type == "text" else None
        if match and (place or match.start()):
            before, behind = halve(children, place, match)
            title = read_title(inline.copy(children=before))
            told = inline.copy(children=drop_start(behind, 0))
            back = (tokens[start], told.copy(content=plain_text(told.children or ())), tokens[start + 2])
            return Question(start, start + 3, title, end=start + 3, back=back)
    return None


def may_be_terms(text: str) -> bool:
    """Whether lines stand below each other that have a sign in them."""
    return bool(_NEIGHBOURS.search(text))


_PARTED = r"^[*_]{0,3}[^\W\d_](?>[^\n]{0,58}?(?:：|:[*_]{0,2} | (?:[-–—―=→]|::) |\t))"
_NEIGHBOURS = re.compile(rf"{_PARTED}[^\n]*\n{_PARTED}", re.MULTILINE)
DIALECT = Dialect("term-lines", "lines of a term and what it means", find_terms, cut_terms, sign=may_be_terms)
