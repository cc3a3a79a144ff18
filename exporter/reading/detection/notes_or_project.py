"""Whether a file is about something to learn, or about a project, an employer, a list of links.

In: a page. Out: numbers, 0 to 1 each. The words lie in `projects.toml`, by language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log1p
from pathlib import Path

from markdown_it.token import Token

from exporter.machinery.toml_text import read_toml_text
from exporter.reading.language import language
from exporter.reading.page.marks import Kind
from exporter.reading.page.page import Page
from exporter.reading.page.wording import asking

SUBJECT = (
    "project headings", "addressed", "commands", "links", "dated", "named like a project", "boxes",
    "placeholders", "short paragraphs", "unanswered", "questions left", "spoken", "told", "badges",
    "paged", "asking items", "named readme", "sentences", "hosts", "one host", "formulas", "defines",
)  # fmt: skip
"""The numbers, by name."""

_NAMES = re.compile(
    r"_*(?:change-?log|changes|contributing|contributors|licen[cs]e|code[-_]of[-_]conduct|to-?do|"
    r"update-?log|release-?notes|releases|roadmap|authors|maintainers|notice|install(?:ation)?|"
    r".*_template|bug_report|feature_request|目录.*)",
    re.IGNORECASE,
)
_DENSE = ("zh", "ja", "ko", "hi", "th")
"""Languages whose words stand without spaces, or with endings."""
_READ = 12_000
"""Characters at the start of a file in which a reader sees what it is about."""
_COMMAND = re.compile(
    r"^[^\S\n]*+(?:\$ )?(?:npm|npx|yarn|pnpm|pip3?|git clone|brew|cargo|docker|make|apt(?:-get)?|curl|python3?|go (?:get|install)|"
    r"gem|bundle) ",
    re.MULTILINE,
)
_DATED = re.compile(
    r"\W*(?:v\d+\.\d+(?:\.\d+)?|\d+\.\d+(?:\.\d+)?\]?\s*(?:$|[-–—(])|\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2})?"
    r"|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b)"
)
"""A version or a date; `2.1 Topic` is neither."""
_PLACEHOLDER = re.compile(r"\[[^\W\d][^\]\[\n]{3,80}\](?![(\[:\]])|\bTODO\b|lorem ipsum", re.IGNORECASE)
_PAGED = re.compile(r"[^\d \t.…·][ \t.…·]+\d{1,4}[ \t]*$", re.MULTILINE)
_BADGE = re.compile(r"shields\.io|badge|\.svg\)")
_SPOKEN = re.compile(r"[\"“”„«»「『—–]")
_ENDS = (".", "。", "।", "؟", "?", "？")
_ADDRESS = re.compile(r"https?://|www\.|mailto:|\]\((?!#)")
_HOST = re.compile(r"https?://(?:www\.)?([\w.-]+)")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|<img\b[^>]*>")
_OWN = re.compile(r"(?:^|\.)(?:git(?:hub|lab|ee)|shields|badge)|localhost")
_FEWEST_LINKS = 5


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = read_toml_text(
        Path(__file__).with_name("projects.toml").read_text(encoding="utf-8")
    )
    return words


@cache
def _headings() -> re.Pattern[str]:
    """What begins the headings of projects, in any language: many mix theirs with English."""
    headings = "|".join(language["headings"] for language in _words().values())
    return re.compile(rf"[^\w]*(?:{headings})", re.IGNORECASE)


@cache
def _count(language: str, kind: str) -> re.Pattern[str] | None:
    """The words of a kind in a language: `on` is he in Polish, and `il` is no pronoun in Italian."""
    words = _words().get(language, {}).get(kind, "")
    if not words:
        return None
    return re.compile(words if language in _DENSE else rf"(?<!\w)(?:{words})(?!\w)")


def read_subject(page: Page, answered: int) -> tuple[float, ...]:
    """The numbers of a page, in the order of `SUBJECT`; `answered` of its questions have an answer."""
    headings = _headings()
    text = page.source.text[:_READ]
    lowered = text.lower()  # three times as fast as a pattern without case
    shown = _IMAGE.sub("", text)
    size = max(200, len(text))
    spoken_in = language(text).partition("-")[0]
    titles = [mark.title.text for mark in page.marks if mark.kind is not Kind.BOLD]
    many = max(3, len(titles))
    items = [t for t in page.tokens if t.type == "list_item_open"]
    inlines = [page.tokens[i + 1].content for i, t in enumerate(page.tokens) if t.type == "paragraph_open"]
    dated = sum(bool(_DATED.match(line[:40])) for line in (*titles, *inlines))
    asking_lines = sum(line.rstrip(" *_`)]").endswith(("?", "？")) for line in (*titles, *inlines))
    short = sum(len(line) < 60 for line in inlines)
    return (
        sum(bool(headings.match(title)) for title in titles) / many,
        _share(_count(spoken_in, "address"), lowered, size),
        min(1.0, 100 * len(_COMMAND.findall(text)) / size),
        min(1.0, 50 * len(_ADDRESS.findall(shown)) / size),
        min(1.0, dated / max(5, len(titles))),
        float(bool(_NAMES.fullmatch(page.source.file.stem))),
        sum("checked" in token.meta for token in items) / max(1, len(items)),
        len(_PLACEHOLDER.findall(text)) / max(10, len(text.split("\n"))),
        short / max(1, len(inlines)),
        max(0, asking_lines - answered) / max(3, asking_lines),
        log1p(max(0, asking_lines - answered)) / 5,
        sum(bool(_SPOKEN.match(line)) for line in inlines) / max(1, len(inlines)),
        _share(_count(spoken_in, "told"), lowered, size), min(1.0, len(_BADGE.findall(lowered)) / 4),
        len(_PAGED.findall(text)) / max(5, text.count("\n")), _asking_items(page.tokens),
        float(page.source.file.stem.lower().lstrip("_").startswith("readme")), _sentences(text),
        *_hosts(shown, size), _formulas(page.tokens, size),
        _share(_count(spoken_in, "defines"), lowered, size),
    )  # fmt: skip


def _hosts(text: str, size: int) -> tuple[float, float]:
    """How many places links lead to, as those of lists do, and the share of them that lead to one, as those of a shop do."""
    hosts = Counter(_HOST.findall(text))
    places = [count for host, count in hosts.items() if not _OWN.search(host)]
    return min(1.0, 100 * len(hosts) / size), max(places, default=0) / max(_FEWEST_LINKS, hosts.total())


def _formulas(tokens: Sequence[Token], size: int) -> float:
    """How much of a text is formulas."""
    count = sum(token.type == "math_block" for token in tokens)
    count += sum(child.type.startswith("math") for token in tokens for child in token.children or ())
    return min(1.0, 50 * count / size)


def _share(words: re.Pattern[str] | None, text: str, size: int) -> float:
    return min(1.0, 25 * len(words.findall(text)) / size) if words else 0.0


def _sentences(text: str) -> float:
    """The share of lines that end as sentences do: plans, timetables and lists of things seldom say any."""
    lines = [line.rstrip() for line in text.split("\n") if not line.isspace() and line]
    return sum(line.endswith(_ENDS) for line in lines) / max(5, len(lines))


def _asking_items(tokens: Sequence[Token]) -> float:
    """The share of list items that ask, by a mark or by words, and have nothing below them."""
    items = asked = 0
    for index, token in enumerate(tokens[:-4]):
        if token.type == "list_item_open":
            items += 1
            alone = tokens[index + 4].type == "list_item_close"
            asked += alone and asking(tokens[index + 2].content) > 0
    return asked / max(3, items)
