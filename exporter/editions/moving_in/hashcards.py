"""hashcards: a database of answers, in which a card is called by the BLAKE3 hash of its text.

In: the database, and the texts of the notes. Out: `Schedules`, with every answer that was given; or `UnfitError`. Texts
are cut as hashcards cuts them: `Q:`, `A:` and `C:` begin at the margin, `---` ends a card. Each `[gap]` of a `C:` has a
history of its own.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from blake3 import blake3

from exporter.cards.history import Answer, CardHistory
from exporter.editions.moving_in.schedules import NonsenseError, Schedules, check_history, read_date
from exporter.machinery.plain_files import read_plain
from exporter.machinery.strange_databases import UnfitError, open_database, read_apart, read_rows, refuse
from exporter.model import Chapter

_LARGEST = 500_000_000
_SECONDS, _BYTES = 300, 2_000_000_000
"""What the database may take in a process of its own."""
_GRADES = {"forgot": 1, "hard": 2, "good": 3, "easy": 4}
_MARKS = ("Q:", "A:", "C:")
_GAP = re.compile(rb"(!?)\[([^\[\]]*)\]")
_COLUMNS = {
    "card_hash": str, "reviewed_at": str, "grade": str, "stability": float, "difficulty": float, "due_date": str,
}  # fmt: skip


def read_hashcards(file: Path, chapters: Sequence[Chapter]) -> Schedules:
    """The histories of the cards. Raises `UnfitError`."""
    known = read_apart(partial(_read_file, file.absolute()), _SECONDS, _BYTES)
    found: dict[int, tuple[CardHistory, ...]] = {}
    met: set[str] = set()
    index = 0
    for chapter in chapters:
        hashes = dict(_hashes(chapter.source.text))
        for card in chapter.cards:
            names = hashes.get(card.span.line, ())
            pasts = [(ordinal, known[name]) for ordinal, name in enumerate(names) if name in known]
            met.update(name for name in names if name in known)
            if pasts:
                found[index] = tuple(_numbered(past, ordinal) for ordinal, past in pasts)
            index += 1
    return Schedules(found, len(known.keys() - met))


def _read_file(file: Path) -> Mapping[str, CardHistory] | UnfitError:
    try:
        with closing(open_database(read_plain(file, _LARGEST))) as database:
            return _read_reviews(database)
    except NonsenseError as error:
        return UnfitError(str(error))
    except Exception as error:  # noqa: BLE001 - whatever SQLite says of bytes that nobody vouches for
        return refuse(error)


def _numbered(past: CardHistory, ordinal: int) -> CardHistory:
    return CardHistory(ordinal, past.due, past.interval, past.ease, past.stability, past.difficulty, past.answers)


def _read_reviews(database: sqlite3.Connection) -> Mapping[str, CardHistory]:
    """What is known of each card: all its answers, and what the last one made of it."""
    reviews: defaultdict[str, list[tuple[datetime, int, float, float, str]]] = defaultdict(list)
    for name, at, grade, stability, difficulty, due in read_rows(database, "reviews", _COLUMNS, "ORDER BY reviewed_at"):
        if grade.lower() not in _GRADES:
            raise UnfitError(f'"{grade[:20]}" is no grade of hashcards')
        try:
            moment = datetime.fromisoformat(at)
        except ValueError as error:
            raise UnfitError(f'"{at[:30]}" is no time') from error
        reviews[name].append((moment, _GRADES[grade.lower()], stability, difficulty, due))
    free: dict[int, int] = {}
    return {name: _history(found, free) for name, found in reviews.items()}


def _take(at: int, free: dict[int, int]) -> int:
    """The first number from `at` on that nobody took. `free` says for each taken one where to look on."""
    passed: list[int] = []
    while at in free:
        passed.append(at)
        at = free[at]
    free.update(dict.fromkeys((*passed, at), at + 1))
    return at


def _history(reviews: Sequence[tuple[datetime, int, float, float, str]], free: dict[int, int]) -> CardHistory:
    answers: list[Answer] = []
    before = 0
    for moment, grade, _, _, due in reviews:
        interval = max((read_date(due[:10]) - moment.date()).days, 1)
        # hashcards counts seconds, and Anki knows an answer by its millisecond
        at = _take(int(moment.astimezone(UTC).timestamp() * 1000), free)
        answers.append(Answer(at, grade, interval, before))
        before = interval
    *_, (_, _, stability, difficulty, due) = reviews
    return check_history(
        0, read_date(due[:10]), before, stability=stability, difficulty=difficulty, answers=tuple(answers)
    )


def _hashes(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """For each line that begins a card, what hashcards calls its cards."""
    for line, sides in _cards(text):
        if "Q:" in sides and "A:" in sides:
            yield (
                line,
                (blake3(f"Basic{sides['Q:'].strip()}{sides['A:'].strip()}".encode(errors="replace")).hexdigest(),),
            )
        elif "C:" in sides:
            yield line, tuple(_cloze_hashes(sides["C:"].strip().encode(errors="replace")))


def _cards(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    sides: dict[str, list[str]] = {}
    begin, mark = 0, ""

    def written() -> tuple[int, dict[str, str]]:
        return begin, {mark: "\n".join(lines) for mark, lines in sides.items()}

    for number, line in enumerate(text.splitlines(), 1):
        head = line[:2]
        if head in ("Q:", "C:") or line.strip() == "---":
            if sides:
                yield written()
            sides, begin, mark = {}, number, ""
        if head in _MARKS:
            mark = head
            sides[mark] = [line[2:].strip()]
        elif mark:
            sides[mark].append(line)
    if sides:
        yield written()


def _cloze_hashes(text: bytes) -> Iterator[str]:
    """One for each gap: of the text without brackets, and the first and last byte of the gap in it."""
    clean = bytearray()
    gaps: list[tuple[int, int]] = []
    position = 0
    for match in _GAP.finditer(text):
        clean += text[position : match.start()]
        if match[1]:  # a picture keeps its brackets
            clean += match[0]
        else:
            gaps.append((len(clean), len(clean) + len(match[2]) - 1))
            clean += match[2]
        position = match.end()
    clean += text[position:]
    whole = blake3(b"Cloze" + bytes(clean))
    for start, end in gaps:
        one = whole.copy()
        one.update(max(start, 0).to_bytes(8, "little") + max(end, 0).to_bytes(8, "little"))
        yield one.hexdigest()
