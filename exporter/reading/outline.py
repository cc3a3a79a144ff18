"""What was read, for an author to look through before anything is built: as the rows of a tree and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from exporter.machinery.printable import printable
from exporter.model import Book, Card, Chapter, Decision, LeftOut, Prose, Section
from exporter.reading.asked_elsewhere import INSIDE
from exporter.reading.unsure_files import gives_nothing, is_authors, say_sure
from exporter.reading.used_keys import used_up
from exporter.source import Span

Words: TypeAlias = tuple[tuple[str, str], ...]
"""A line: words that are printable, each run behind its style as Rich names it."""

Row: TypeAlias = tuple[str, str, Words]
"""A line of a tree behind what stands before it, and what stands before the lines that it is folded into."""


_SHOWN = 5
"""So many places of one kind are named in a line."""


@dataclass(slots=True)
class Branch:
    """A part of a tree that grows: a label of some lines, and the branches below it."""

    label: tuple[Words, ...]
    branches: list[Branch] = field(default_factory=list)

    def add(self, *label: Words) -> Branch:
        """A branch below this one."""
        self.branches.append(Branch(label))
        return self.branches[-1]

    def rows(self, first: str = "", rest: str = "") -> Iterator[Row]:
        """The tree from here on, behind what stands before its first line and before the others."""
        for count, line in enumerate(self.label):
            yield rest if count else first, rest, line
        for count, branch in enumerate(self.branches, 1):
            is_last = count == len(self.branches)
            yield from branch.rows(rest + ("└── " if is_last else "├── "), rest + ("    " if is_last else "│   "))


def outline_as_json(book: Book) -> dict[str, Any]:
    """Each file with its rule, its cards in order and what was left out; last those that are in no output."""
    return {"files": [_file(chapter) for chapter in (*book.chapters, *book.others)]}


def _file(chapter: Chapter) -> dict[str, Any]:
    return {
        "path": chapter.source.path,
        "rule": chapter.rule,
        "stays_out": chapter.stays_out,
        "decision": _decision(chapter.decision),
        "cards": [
            {"question": c.text, "number": c.number, "line": c.span.line, "kind": str(c.kind)} for c in chapter.cards
        ],
        "characters": {
            "cards": chapter.accounts.cards,
            "pages": chapter.accounts.pages,
            "titles": chapter.accounts.aside,
            "left_out": chapter.accounts.lost,
        },
        "left_out": [*map(_entry, chapter.left_out)],
        "asks_in_answers": [*map(_entry, chapter.asking)],
    }


def _entry(entry: LeftOut) -> dict[str, Any]:
    return {"text": entry.text, "line": entry.span.line, "reason": entry.reason}


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "by": decision.decided_by,
        "sure": decision.sure,
        "confidence": decision.confidence,
        "alternatives": [
            {"rule": a.rule, "words": a.words, "cards": a.count, "fronts": list(a.fronts)}
            for a in decision.alternatives
        ],
    }


def explain(chapter: Chapter) -> tuple[Words, ...]:
    """What was chosen, how sure it is, and what was nearly chosen."""
    decision = chapter.decision
    chosen = decision.alternatives[0].words if decision.alternatives else chapter.rule
    if is_authors(decision):
        return ((("dim", f"{printable(chosen)}, by a rule of yours"),),)
    is_silent = gives_nothing(chapter)
    tone = "dim" if decision.sure and not is_silent else "yellow"
    parts = [printable(chosen)]
    if not decision.sure or not is_silent:
        parts.append(say_sure(decision))
    why = {"folder": "as the files beside it", "lock": "as for the last edition"}
    parts += [why[decision.decided_by]] if decision.decided_by in why else []
    others = [other.words for other in decision.alternatives[1:] if other.words != chosen]
    return tuple(((tone, line),) for line in ("; ".join(parts), *(f"otherwise: {printable(w)}" for w in others[:1])))


def outline_as_tree(book: Book, worth_a_look: str = "") -> Branch:
    """The same as a tree: files, sections, questions, and what was left out.

    `worth_a_look` says of how many files these are those to look at.
    """
    tree = Branch(((("bold", printable(book.title)), ("", f"  {worth_a_look or _cards(book.card_count)}")),))
    for chapter in book.chapters:
        name = ("bold", printable(chapter.source.path)), ("", f"  {_cards(len(chapter.cards))}")
        branch = tree.add(name, *explain(chapter))
        levels: list[tuple[int, Branch]] = []
        for item in chapter.items:
            parent = levels[-1][1] if levels else branch
            match item:
                case Section():
                    while levels and levels[-1][0] >= item.level:
                        levels.pop()
                    parent = levels[-1][1] if levels else branch
                    levels.append((item.level, parent.add((("cyan", printable(item.text)),))))
                case Card():
                    kind = () if item.kind == "basic" else (("magenta", f" {item.kind}"),)
                    asked = f"{printable(item.number)} " * bool(item.number) + printable(item.text)
                    parent.add((("dim", f"{item.span.line} "), ("", asked), *kind))
        if chapter.left_out:
            _add_left_out(branch.add((("yellow", f"left out: {len(chapter.left_out)}"),)), chapter)
    if book.others:
        files = "1 file" if len(book.others) == 1 else f"{len(book.others)} files"
        others = tree.add((("yellow", f"in no output: {files}"),))
        for chapter in book.others:
            _add_left_out(others.add(_named(chapter, "  ", chapter.stays_out)), chapter)
    return tree


def _named(chapter: Chapter, between: str, reason: str) -> Words:
    return ("", printable(chapter.source.path) + between), ("yellow", printable(reason))


def _cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"


def left_out_as_tree(book: Book) -> Branch:
    """What is on no card and on no page, and what asks and is no card of its own, by file; where all words went."""
    tree = Branch(((("bold", printable(book.title)),),))
    for chapter in book.chapters:
        branch = tree.add((("bold", printable(chapter.source.path)), ("", f"  {where_words_went(chapter)}")))
        for entry in sorted(
            (*chapter.accounts.pieces, *chapter.left_out, *chapter.asking), key=lambda entry: entry.span
        ):
            branch.add(_left_out(entry))
    for chapter in book.others:
        tree.add(_named(chapter, "  in no output: ", chapter.stays_out))
    return tree


def where_words_went(chapter: Chapter) -> str:
    """The shares of a file's words by where they are, with the lines of those on no card; how many more lines may ask."""
    accounts = chapter.accounts
    whole = accounts.cards + accounts.pages + accounts.lost or 1
    used = used_up(chapter.items)
    pages = (
        item.body.span if isinstance(item, Prose) else item.span
        for place, item in enumerate(chapter.items)
        if not isinstance(item, Card) and place not in used
    )
    shares: tuple[tuple[int, str, Iterable[Span]], ...] = (
        (accounts.cards, "on cards", ()),
        (accounts.pages, "introductions", pages),
        (accounts.lost, "left out", (entry.span for entry in accounts.pieces)),
    )
    said = [f"{100 * count / whole:.0f} % {words}{_lines(spans)}" for count, words, spans in shares if count]
    inside = (entry for entry in chapter.left_out if entry.reason.startswith(INSIDE))
    asking = {entry.span.line: entry.span for entry in (*inside, *chapter.asking)}
    if asking:
        words = f"{len(asking)} more lines may be questions" if len(asking) > 1 else "1 more line may be a question"
        said.append(words + _lines(asking.values()))
    return ", ".join(said)


def _lines(spans: Iterable[Span]) -> str:
    """The lines of places, those that touch as one: ` (lines 3-9, 12)`."""
    ranges: list[list[int]] = []
    for first, last in sorted((span.line, span.end_line) for span in spans):
        if ranges and first <= ranges[-1][1] + 2:  # an empty line parts them
            ranges[-1][1] = max(last, ranges[-1][1])
        else:
            ranges.append([first, last])
    shown = [f"{first}-{last}" if last > first else f"{first}" for first, last in ranges[:_SHOWN]]
    more = ["…"] if len(ranges) > _SHOWN else []
    is_one = len(ranges) == 1 and "-" not in shown[0]
    return f" (line{'' if is_one else 's'} {', '.join([*shown, *more])})" if shown else ""


def sums(book: Book) -> Iterator[str]:
    """Where the characters of all notes went, in lines: what has a place in an output, and what has none, by reason."""
    accounts = [chapter.accounts for chapter in book.chapters]
    places = (
        (sum(a.cards for a in accounts), "on cards"),
        (sum(a.pages for a in accounts), "introductions, on pages"),
        (sum(a.aside for a in accounts), "titles and contents"),
        (sum(a.lost for a in accounts), "left out, each with its place"),
    )
    out: Counter[str] = Counter()
    for chapter in book.others:
        own = chapter.accounts
        out[chapter.stays_out] += own.cards + own.pages + own.aside + own.lost
    whole = sum(count for count, _ in places) + out.total() or 1
    yield f"in all {whole:,} characters"
    for count, words in (*places, *((count, f"in no output: {reason}") for reason, count in out.most_common())):
        yield f"{count:>12,}  {100 * count / whole:5.2f} %  {words}"


def _add_left_out(branch: Branch, chapter: Chapter) -> None:
    for entry in chapter.left_out:
        branch.add(_left_out(entry))


def _left_out(entry: LeftOut) -> Words:
    return ("dim", f"{entry.span.line} "), ("", f"{printable(entry.text)}  "), ("yellow", printable(entry.reason))
