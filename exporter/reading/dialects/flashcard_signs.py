"""What parts, reaches and hides in notes for Obsidian's Spaced Repetition: the tool's own signs, or those that its user set.

In: `SpacedRepetitionConfig`. Out: `Signs`, ready to be looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from exporter.config import DEFAULT_SIGNS, SpacedRepetitionConfig

_TAG_END = r"(?:/[\w/-]+)?"
_IN_NAME = re.compile(r"\w::\w")
_PROPERTY = re.compile(r"\s*[([]?[a-z][\w-]*:: |\s*[\w-]+::(?: \S*)?$")
_AROUND = re.compile(r"\[123[^\[\]]*\]|\[[^\[\]]*hint\]")
"""The places of a number and a hint in a pattern of gaps: `==[123;;]answer[;;hint]==`."""
_DRESS = {"==": "highlights", "**": "bold", "{{": "braces"}
"""What patterns of gaps begin with that has a setting of its own."""

_LONGEST_GAP = 300
"""Characters of a gap between signs of the user's own."""

END_OF_CARD = "end of card"
"""The comment that `markdown.tool_lines` makes of the line where an answer ends."""


@dataclass(frozen=True, slots=True)
class Signs:
    """`separator` matches what stands between question and answer, with a group `both` where it asks in both directions.

    `open` is one with nothing behind it; `inline` a line with one; `names` whether `std::size_t` may be meant by it.
    `tag` is a tag in front matter, `hashtag` one in the text. With `ends`, an answer below ends at a line of its own.
    `bold` is True where all bold is a gap, and `clozes` are more gaps; with `tells`, a gap begins with its number and ends
    with its hint: `==1;;word;;what kind==`.
    """

    separator: re.Pattern[str]
    open: re.Pattern[str]
    inline: re.Pattern[str]
    tag: re.Pattern[str]
    hashtag: re.Pattern[str]
    is_own: bool
    everywhere: bool
    ends: bool
    highlights: bool
    bold: bool
    braces: bool
    clozes: tuple[re.Pattern[str], ...]
    tells: bool

    def is_inline(self, text: str) -> bool:
        """Whether a line holds question and answer. `property:: value` is no card."""
        return bool(self.inline.match(text)) and (self.is_own or not _PROPERTY.match(text))

    def is_in_name(self, text: str, place: int) -> bool:
        """Whether the separator at a place may be part of a name: `std::size_t`."""
        return not self.is_own and bool(_IN_NAME.match(text, max(0, place - 1)))


@cache
def signs_of(settings: SpacedRepetitionConfig) -> Signs:
    """The signs of a deck."""
    is_own = (settings.separator, settings.reversed_separator) != (
        DEFAULT_SIGNS.separator,
        DEFAULT_SIGNS.reversed_separator,
    )
    if is_own:
        named = [("both", settings.reversed_separator), ("one", settings.separator)]
        named = sorted(((name, sign) for name, sign in named if sign), key=lambda pair: -len(pair[1]))
        sign = "|".join(f"(?P<{name}>{re.escape(sign)})" for name, sign in named) or r"(?P<both>(?!))"
    else:  # `;;` and `;;;` are what many users set
        sign = r"(?P<both>:::(?!:)|;;;(?!;))|::(?!:)|;;(?!;)"
    bare = re.sub(r"\(\?P<\w+>", "(?:", sign)
    tags = "|".join(re.escape(tag.strip("# ")) for tag in settings.tags if tag.strip("# "))
    tags = r"flashcards?" if settings.tags == DEFAULT_SIGNS.tags else f"(?:{tags})" if tags else "(?!)"
    dressed = {_DRESS[pattern[:2]] for pattern in settings.clozes if pattern[:2] in _DRESS}
    return Signs(
        re.compile(rf"(?:(?<!\s)\s++)?(?:{sign})\s*"),
        re.compile(rf"(?<=\S)(?<!:)\s*(?:{sign})\s*$"),
        re.compile(rf".*?\S\s*(?:{bare})\s*\S"),
        re.compile(rf"(?:^|[\s\[\"',])#?{tags}{_TAG_END}(?=\s|$|[\],\"'])", re.IGNORECASE),
        re.compile(rf"(?:^|(?<=\s))#{tags}{_TAG_END}(?=\s|$)\s*", re.IGNORECASE),
        is_own,
        settings.everywhere,
        bool(settings.end_line),
        settings.highlights or "highlights" in dressed,
        settings.bold or "bold" in dressed,
        settings.braces or "braces" in dressed,
        tuple(filter(None, (_read_pattern(p) for p in settings.clozes if p[:2] not in _DRESS))),
        any(map(_AROUND.search, settings.clozes)),
    )


def _read_pattern(pattern: str) -> re.Pattern[str] | None:
    """What hides by `<<answer>>`; None for a pattern without an edge on both sides."""
    before, _, behind = _AROUND.sub("", pattern).partition("answer")
    return (
        re.compile(rf"{re.escape(before)}([^\n]{{1,{_LONGEST_GAP}}}?){re.escape(behind)}")
        if before and behind
        else None
    )
