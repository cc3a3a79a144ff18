"""Whether a file is about something to learn, or about a project, an employer, a list of links.

In: a page. Out: numbers, 0 to 1 each. The words lie in `projects.toml`, by language.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from math import log1p
from pathlib import Path

from exporter.reading.page.marks import Kind
from exporter.reading.page.page import Page

SUBJECT = (
    "project headings", "addressed", "commands", "links", "dated", "named like a project", "substance", "boxes",
    "placeholders", "short paragraphs", "unanswered", "questions left",
)  # fmt: skip
"""The numbers, by name."""

_NAMES = (
    "readme", "changelog", "changes", "contributing", "license", "code_of_conduct", "todo", "index", "summary", "news",
    "history", "updatelog", "roadmap", "security", "support", "about",
)  # fmt: skip
_READ = 40_000
"""Characters at the start of a file in which a reader sees what it is about."""
_COMMAND = re.compile(
    r"^\s*(?:\$ )?(?:npm|npx|yarn|pnpm|pip3?|git clone|brew|cargo|docker|make|apt(?:-get)?|curl|python3?|go (?:get|install)|"
    r"gem|bundle) ",
    re.MULTILINE,
)
_DATED = re.compile(
    r"\W*(?:v?\d+\.\d+(?:\.\d+)?|\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2})?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})"
)
_PLACEHOLDER = re.compile(r"\[[A-Z][\w ]+\]|<[a-z][\w ]+>|\{\{?[\w ]+\}?\}|\bTODO\b|lorem ipsum|xxx", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|mailto:|\]\(")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = tomllib.loads(Path(__file__).with_name("projects.toml").read_text(encoding="utf-8"))
    headings = "|".join(language["headings"] for language in words.values())
    spaced = "|".join(language["address"] for name, language in words.items() if name not in ("zh", "ja"))
    dense = "|".join(words[name]["address"] for name in ("zh", "ja"))
    return (
        re.compile(rf"[^\w]*(?:{headings})", re.IGNORECASE),
        re.compile(rf"\b(?:{spaced})\b|{dense}", re.IGNORECASE),
    )


def read_subject(page: Page, answered: int) -> tuple[float, ...]:
    """The numbers of a page, in the order of `SUBJECT`; `answered` of its questions have an answer."""
    headings, address = _patterns()
    text = page.source.text[:_READ]
    size = max(200, len(text))
    titles = [mark.title.text for mark in page.marks if mark.kind is not Kind.BOLD]
    many = max(3, len(titles))
    items = [t for t in page.tokens if t.type == "list_item_open"]
    inlines = [page.tokens[i + 1].content for i, t in enumerate(page.tokens) if t.type == "paragraph_open"]
    dated = sum(bool(_DATED.match(line[:40])) for line in (*titles, *inlines))
    asking_lines = sum(line.rstrip(" *_`)]").endswith(("?", "？")) for line in (*titles, *inlines))
    short = sum(len(line) < 60 for line in inlines)
    return (
        sum(bool(headings.match(title)) for title in titles) / many,
        min(1.0, 25 * len(address.findall(text)) / size),
        min(1.0, 100 * len(_COMMAND.findall(text)) / size),
        min(1.0, 50 * len(_ADDRESS.findall(text)) / size),
        min(1.0, dated / max(5, len(titles))),
        float(page.source.file.stem.casefold().startswith(_NAMES)),
        page.prose[-1] / max(1, page.mass[-1]),
        sum("checked" in token.meta for token in items) / max(1, len(items)),
        min(1.0, 50 * len(_PLACEHOLDER.findall(text)) / size),
        short / max(1, len(inlines)),
        max(0, asking_lines - answered) / max(3, asking_lines),
        log1p(max(0, asking_lines - answered)) / 5,
    )
