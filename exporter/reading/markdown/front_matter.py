"""Front matter: YAML between `---` lines or TOML between `+++` lines at the very top (Jekyll, Hugo, Obsidian, hashcards).

CommonMark takes it for a rule and a setext heading. Here it is one `front_matter` token; `content` is what stands
between the lines, `markup` the line. A `---` that no `key:` follows stays a rule, and so does one whose end is not
found before the notes begin: nobody's first questions may vanish because a line is missing. Pandoc ends YAML with `...`.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_KEY = re.compile(r"""[\w-]{2,}(?:\ [\w-]+){0,2}\s*:(?!//)|["'][^"'\n]+["']\s*:|\{\s*"|[\w-]+\s*=|\[""", re.VERBOSE)
"""How the first line begins. One letter and a colon is `Q:`, a card."""

_NOTES = re.compile(r"#{2,6}\s|```|~~~|<|[QA问答]\s*[:：]")
"""What stands at the margin of notes, but not of front matter."""


def front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push one token for the front matter of a file."""
    fence = _line(state, start)
    if start != 0 or silent or state.level or fence not in ("---", "+++"):
        return False
    if start + 1 >= end or not (_line(state, 1) == fence or _KEY.match(_line(state, 1))):
        return False
    ends = ("---", "...") if fence == "---" else (fence,)
    for number in range(start + 1, end):
        line = _line(state, number)
        if _NOTES.match(line):
            return False
        if line in ends:
            token = state.push("front_matter", "", 0)
            token.content = state.getLines(start + 1, number, 0, False)  # noqa: FBT003
            token.markup = fence
            token.hidden = True
            token.block = True
            token.map = [start, number + 1]
            state.line = number + 1
            return True
    return False


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] : state.eMarks[number]].rstrip()


def install(md: MarkdownIt) -> None:
    """Before every other block rule."""
    md.block.ruler.before("table", "front_matter", front_matter)
