"""Lines that flashcard tools write for themselves: ids, schedules, decks, tags, the edges of their blocks.

What an editor hides is decided in `hidden`; this is about what must still be told from it. Such a line becomes a
comment with the line as its content (`<!--TARGET DECK: Physics-->`), so that it ends the paragraph above it and stays
out of cards and pages. A `---` that parts cards is a rule, whatever stands above it. Lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from exporter.config import DEFAULT_SIGNS, SpacedRepetitionConfig
from exporter.reading.markdown.hidden import TOLD

_ALWAYS = re.compile(
    r"\s*(?:(?:TARGET DECK|FILE TAGS)(?::.*+)?|\#+ TARGET DECK:.*+"
    r"|%%\s*ANKI\b.*+|END\s*%%|={2,}\s*CARD\s+\d+\s*={2,}"
    r"|(?:\[\#[^\[\]]+\]\([^()\s]*\)\s*+)+)\s*"  # tags as mdanki and VS Code Anki write them
)
_ID_BEHIND = re.compile(
    r"(?<=\S)\s+(\^(?:[0-9]{13}|[0-9a-f]{6})|\([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\))\s*$"
)
_OUTLINER = re.compile(
    r"^[ \t]*(?:id:: [0-9a-f]{8}-|collapsed:: |card-last-)|^[ \t]+- .*(?:[―↔]|[↓⇓][ \t]*$)", re.MULTILINE
)
"""Logseq's properties, RemNote's arrows."""
_BULLET_FENCE = re.compile(r"(\s*)- [^`]*```[^`]*$")
_VALUE_BELOW = {"TARGET DECK": "TARGET DECK", "FILE TAGS": "FILE TAGS", "START": "note"}
"""Lines whose value may stand on the line below, and what the comment calls it."""
_DOCUMENT = re.compile(r"[ \t]*(`{3,}|~{3,})(?:markdown|md)\s*$")
_NOTES = re.compile(r"\||\**(?:Q|Question|Front)\b[^:\n]{0,8}:", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(?:[-*+]\s+)?(`{3,}|~{3,})(.*)$")
_KI_NOTE = re.compile(r"# Note\b")
_MOST_HEAD = 200
"""Lines between ki's `guid:` and the first field, with a tag on each."""
_QUESTION = re.compile(r"\d+[.)] +\S")
_HINTS = tuple(
    (word, re.compile(pattern, re.MULTILINE))
    for word, pattern in (
        ("^", r"\^[A-Za-z0-9-]{6,}[ \t]*$"),
        ("::", r"^[ \t]*(?:id|collapsed|card-[a-z-]+|logseq\.[a-z-]+)::"),
        (":LOGBOOK:", ":LOGBOOK:"),
        ("TARGET DECK", r"^(?:#+ )?TARGET DECK"),
        ("FILE TAGS", "^FILE TAGS"),
        ("ANKI", r"^%%\s*ANKI"),
        ("CARD", r"^=+\s*CARD\b"),
        ("ard ", r"^(?:#+ +|\*\*)(?:[Ff]lash)?[Cc]ard +#?\d"),
        ("[#", r"\[#[^\[\]]+\]\("),
        ("START", r"^START[ \t]*$"),
        ("%", r"^ {0,3}%[ \t]*$"),
        ("\n?", r"^\?\??[ \t]*$"),
        ("\n？", r"^[?？]{1,2}[ \t]*$"),
        ("\n—", r"^—[ \t]*$"),
        ("\n–", r"^–[ \t]*$"),
        ("Deck:", "^Deck:"),
        ("Tags:", "^Tags:"),
        ("―", r"^[ \t]+- .*―"),
        ("↔", r"^[ \t]+- .*↔"),
        ("↓", r"^[ \t]+- .*↓[ \t]*$"),
        ("⇓", r"^[ \t]+- .*⇓[ \t]*$"),
        (")\n", r"\([0-9a-f]{8}-[0-9a-f-]{27}\)[ \t]*$"),
        ("guid:", "^guid: "),
        ("noteId:", "^noteId:"),
        ("```m", r"^[ \t]*```+(?:markdown|md)[ \t]*$"),
        ("~~~m", r"^[ \t]*~~~+(?:markdown|md)[ \t]*$"),
    )
)
"""What a file must have somewhere, that its lines need be looked at; a word that is quickly seen to be absent, first."""


_DEFAULT_LINES = {DEFAULT_SIGNS.line: "?", DEFAULT_SIGNS.reversed_line: "??", "": "end of card"}

_START = re.compile(r"^START[ \t]*$", re.MULTILINE)
_END = re.compile(r"^END[ \t]*$", re.MULTILINE)
_PERCENT = re.compile(r"^ {0,3}%[ \t]*$", re.MULTILINE)
_PERCENT_APART = re.compile(r"\n[ \t]*\n[ \t]*%[ \t]*\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that are a tool's where the file has its `sign`; `rules`: there, every `---` parts cards."""

    sign: Callable[[str], object]
    line: re.Pattern[str]
    rules: bool = False


_SPACED_REPETITION = Lines(  # between question and answer
    re.compile(
        r"(?:^|\s)#flashcards?\b|^cards-deck:|<!--SR:|\A---\n(?:(?!---).*\n)*?.*\bflashcards?\b",
        re.IGNORECASE | re.MULTILINE,
    ).search,
    re.compile(r"[?？]{1,2}|[—–]"),
)
TOOLS = (
    Lines(  # Obsidian_to_Anki
        lambda text: (start := _START.search(text)) and _END.search(text, start.end()),
        re.compile(r"START|END|DELETE|(?:<!--)?ID: \d+(?:-->)?|Tags: .*"),
    ),
    Lines(  # ankdown, mdanki: between blank lines, or again and again
        lambda text: _PERCENT_APART.search(text) or len(_PERCENT.findall(text)) > 1, re.compile(r"%"), rules=True
    ),
    Lines(  # by hand: a heading or bold line that counts, above the front of a card
        re.compile(
            r"^(?:#{1,6} +|\*\*)(?:flash)?card +#?\d+[^\w\n]*\n\s*\**(?:Front|Q)\b.*[:：]", re.MULTILINE | re.IGNORECASE
        ).search,
        re.compile(r"(?:#{1,6} +|\*\*)(?:flash)?card +#?\d+\W*", re.IGNORECASE),
    ),
    _SPACED_REPETITION,
    Lines(  # yanki: a note a file
        re.compile(r"\A---\n(?:.*\n)*?noteId:").search, re.compile(r"(?!)"), rules=True
    ),
    Lines(  # inka
        re.compile(r"^---[ \t]*\n\s*(?:Deck|Tags):", re.MULTILINE).search, re.compile(r"(?:Deck|Tags):.*"), rules=True
    ),
)


def mark_lines(text: str, signs: SpacedRepetitionConfig = DEFAULT_SIGNS) -> str:
    """The text with each line of a tool as a comment. `signs` are what a user of Spaced Repetition has set."""
    own = _own_lines(text, signs)
    if not own and not any(word in text and pattern.search(text) for word, pattern in _HINTS):
        return text
    tools = [tool for tool in TOOLS if tool.sign(text) and not (own and tool is _SPACED_REPETITION)]
    lines = text.split("\n")
    if _OUTLINER.search(text):
        lines = _outdented(lines)
    _unwrap_documents(lines)
    _hide_heads(lines)
    below = ""
    for number in outside_code(lines):
        line = lines[number]
        stripped = line.strip()
        if below:
            lines[number], below = f"<!--{below}: {stripped}-->", ""
        elif stripped in own:
            lines[number] = _comment(line, own[stripped])
        elif TOLD.fullmatch(line) or _ALWAYS.fullmatch(line) or any(tool.line.fullmatch(stripped) for tool in tools):
            lines[number] = line if stripped.startswith("<!--") else _comment(line, stripped)
            below = _VALUE_BELOW.get(stripped, "")
        elif stripped == "---" and any(tool.rules for tool in tools):
            lines[number] = "***"
        elif match := _ID_BEHIND.search(line):
            lines[number] = f"{line[: match.start()]}<!--{match[1]}-->"
    return "\n".join(lines)


def _own_lines(text: str, signs: SpacedRepetitionConfig) -> Mapping[str, str]:
    """The lines that part cards where their user has set them, and what the comment calls each."""
    lines = {signs.line: "?", signs.reversed_line: "??", signs.end_line: "end of card"}
    if lines == _DEFAULT_LINES and signs.tags == DEFAULT_SIGNS.tags and not signs.everywhere:
        return {}
    has_cards = signs.everywhere or "<!--SR:" in text or any(tag.strip("#") in text for tag in signs.tags)
    return {line: words for line, words in lines.items() if line} if has_cards else {}


def _outdented(lines: list[str]) -> list[str]:
    """Pages of outliners whose bullets all hang below a first line without one: a level less, or they would be code.

    Code in a bullet is indented as the bullet is; exports leave it at the margin.
    """
    first = next((line for line in lines if line.lstrip().startswith("- ")), "")
    level = next((indent for indent in ("\t", "    ") if first.startswith(indent)), "")
    result: list[str] = []
    indent: str | None = None
    for line in lines:
        shown = line.removeprefix(level)
        if indent is not None:
            shown = shown if not shown.strip() or shown.startswith(indent) else indent + shown.lstrip("\t")
            indent = None if line.strip() == "```" else indent
        elif match := _BULLET_FENCE.match(shown):
            indent = match[1] + "  "
        result.append(shown)
    return result


def _hide_heads(lines: list[str]) -> None:
    """ki: `# Note`, a fence with `guid:` and `notetype:`, `### Tags` and another fence, up to the first field."""
    for number in [number for number, line in enumerate(lines) if line.startswith("guid: ")]:
        start = number - 2 if number > 1 and _KI_NOTE.match(lines[number - 2]) else number
        if start == number or not lines[number - 1].startswith("```"):
            continue
        ends = (n for n in range(number, min(len(lines), number + _MOST_HEAD)) if lines[n].startswith("## "))
        end = next(ends, 0)
        tags = [n for n in range(start, end) if lines[n].startswith("### Tags")]
        for place in range(start, end):
            words = lines[place].strip()
            is_tag = bool(tags) and place > tags[0] and not words.startswith("```")
            lines[place] = f"<!--{'Tags: ' if is_tag else ''}{words}-->" if words else ""


def _unwrap_documents(lines: list[str]) -> None:
    """Notes that a chat put into a fence are notes: a fence of Markdown with a heading in it.

    Or with a table or questions, if it is most of the file: else it may show how Markdown is written.
    """
    start, inner, mark = -1, False, ""
    for number, line in enumerate(lines):
        shown = line.lstrip()
        if not shown.startswith(mark or ("```", "~~~")):
            continue
        if start < 0:
            if match := _DOCUMENT.match(line):
                start, inner, mark = number, False, match[1]
        elif not shown.strip(mark[0]).strip():
            if not inner:
                _unwrap(lines, start, number)
                start, mark = -1, ""
            inner = False
        else:
            inner = True
    if start >= 0:
        _unwrap(lines, start, len(lines))


def _unwrap(lines: list[str], start: int, end: int) -> None:
    inside = lines[start + 1 : end]
    most = 2 * sum(map(len, inside)) > sum(map(len, lines))
    if any(line.startswith("#") for line in inside) or (most and any(_NOTES.match(line.lstrip()) for line in inside)):
        for number in (start, end):
            if number < len(lines):
                lines[number] = _comment(lines[number], lines[number].strip())


def _comment(line: str, words: str) -> str:
    return f"{line[: len(line) - len(line.lstrip())]}<!--{words}-->"


def outside_code(lines: Sequence[str]) -> Iterator[int]:
    """The numbers of the lines that stand in no fence and no front matter."""
    fence = ""
    for number in range(_behind_front_matter(lines), len(lines)):
        line = lines[number]
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match:
            fence = match[1]
        else:
            yield number


def _behind_front_matter(lines: Sequence[str]) -> int:
    """Where the notes begin. A block of inka's looks like front matter, but for its questions."""
    if lines[0].rstrip() not in ("---", "+++"):
        return 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == lines[0].rstrip()), 0)
    return 0 if any(_QUESTION.match(line) for line in lines[1:end]) else end + bool(end)


def tool_lines(state: StateCore) -> None:
    """Before the blocks are read."""
    state.src = mark_lines(state.src, state.env["signs"])


def install(md: MarkdownIt) -> None:
    """Behind markdown-it's own reading of line ends."""
    md.core.ruler.after("normalize", "tool_lines", tool_lines)
