"""The names of rules, as an author writes them into deck.toml, and what they say in words.

`h3`, `h2-h4`, `bold`, `list:1`, `table`, `term`; `h3?` only what asks; `list:1!` only where it is what a section is made
of; `h2+bold` both. In and out: words.
"""

from __future__ import annotations

import re

from exporter.reading.detection.forms import Form
from exporter.reading.dialects import DIALECTS

NAMES = {
    Form.BOLD: "bold",
    Form.LEAD: "term",
    Form.ITEM: "list",
    Form.ROW: "table",
    Form.DEFINITION: "definition",
    Form.PARAGRAPH: "paragraph",
    Form.FILE: "file",
}
"""What a form is called in a rule. Headings go by their levels, the syntax of a tool by its own rule."""

_PART = re.compile(
    r"(?P<cut>h[1-6](?:-h[1-6])?(?::[a-z]+)?)\??|(?P<name>[a-z][a-z-]*)(?::[\w-]*)*\??!?",
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_LINES = {
    "bold": "the bold lines",
    "term": "the paragraphs that begin with a term",
    "list": "the list items",
    "table": "the rows of the tables",
    "definition": "the definitions",
    "paragraph": "the paragraphs that ask",
    "interview": "the questions by name and number",
    "none": "no cards",
    "file": "the file, as one card",
    "rest": "questions of other forms beside them",
}
_KINDS = {
    "2": "of the second level",
    "3": "of the third level",
    "numbered": "with a number",
    "box": "with a box",
    "lone": "answered below their list",
    "term": "with a colon or dash",
    "emphasised": "in bold",
    "statement": "that end with their answer in bold",
    "line": "whose first line is a term",
    "label": "in bold, with a colon behind it",
    "prefix": "with a prefix",
    "decimal": "with section numbers",
    "chapter": "that count chapters",
    "plain": "without a number",
}
"""What the parts of a narrower class say of its members; others say nothing new."""
_TOOLS = {dialect.rule: dialect.words for dialect in DIALECTS if dialect.rule not in _LINES}


def is_combined(rule: str) -> bool:
    """Whether a name is one that a choice can pin: cuts and classes, alone or joined by `+`."""
    parts = [_PART.fullmatch(part) for part in rule.split("+")]
    return all(part and (part["cut"] or part["name"] in {**_LINES, **_TOOLS}) for part in parts)


def describe(rule: str, count: int) -> str:
    """A rule in words: "the third-level headings, 14 of them"."""
    if rule in ("none", "file"):
        return _LINES[rule]
    return f"{describe_kind(rule)}, {count} of them"


def describe_kind(rule: str) -> str:
    """A combined rule in words, of any file."""
    return " and ".join(_describe(part) for part in rule.split("+"))


def _describe(part: str) -> str:
    asks = " that ask" if part.endswith("?") else ""
    where = " where a section is made of them" if part.endswith("!") else ""
    name, _, kind = part.rstrip("?!").partition(":")
    levels = [int(level) for level in re.findall(r"h([1-6])", name)] if name[:1] == "h" else []
    if levels:
        first, last = _ORDINALS[levels[0] - 1], _ORDINALS[levels[-1] - 1]
        words = (
            f"the {first}-level headings"
            if len(levels) == 1
            else f"the deepest headings from the {first} to the {last} level"
        )
    else:
        words = _LINES.get(name) or _TOOLS.get(name, name)
    said = [_KINDS[word] for word in kind.split(":") if word in _KINDS]
    if name == "table" and kind:
        said = [f'below the head "{kind}"']
    return f"{' '.join([words, *said])}{asks}{where}"
