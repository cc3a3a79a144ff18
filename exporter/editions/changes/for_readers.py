"""What an edition brings, for those who study with it: `CHANGES.md` beside the outputs.

In: `Changes`. Out: Markdown, in Chinese for a Chinese book, else in English. What only the author has to know is left
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from exporter.editions.changes.compare import Change, Changes, Kind
from exporter.machinery.markdown_words import markdown_words

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "edition": "Edition {number}",
        Kind.NEW: "New",
        Kind.CAME: "From another deck",
        Kind.SPLIT: "Split from another",
        Kind.RETYPED: "Asked in another way, and new to learn",
        Kind.RESTORED: "Brought back",
        Kind.REWORDED: "Reworded",
        Kind.EDITED: "Edited",
        Kind.MOVED: "Moved",
        Kind.WENT: "Moved to another deck",
        Kind.MERGED: "Merged into another",
        Kind.REMOVED: "Removed",
        "nothing": "Nothing that a reader sees has changed.",
        "kept": "Import the package over the one you have: what you learnt stays learnt.",
    },
    "zh": {
        "edition": "第 {number} 版",
        Kind.NEW: "新增",
        Kind.CAME: "来自其他牌组",
        Kind.SPLIT: "拆分",
        Kind.RETYPED: "更换题型，需重新学习",
        Kind.RESTORED: "恢复",
        Kind.REWORDED: "改写",
        Kind.EDITED: "修订",
        Kind.MOVED: "移动",
        Kind.WENT: "移到其他牌组",
        Kind.MERGED: "合并",
        Kind.REMOVED: "移除",
        "nothing": "读者能看到的内容没有变化。",
        "kept": "直接导入新的牌组即可，学习记录会保留。",
    },
}
_SHOWN = tuple(kind for kind in _WORDS["en"] if isinstance(kind, Kind))


def changes_for_readers(changes: Changes, lang: str, *, released_at: int, deck: str = "") -> str:
    """The changes as Markdown. `released_at` is in seconds since 1970; `deck` is the title of one of several."""
    words = _WORDS.get(lang.partition("-")[0], _WORDS["en"])
    day = datetime.fromtimestamp(released_at, UTC).date().isoformat()
    edition = words["edition"].format(number=changes.number)
    title = " · ".join(filter(None, (markdown_words(deck), edition, day)))
    return "\n".join((f"# {title}", *_lines(changes, words))) + "\n"


def _lines(changes: Changes, words: Mapping[str, str]) -> Iterator[str]:
    seen = [kind for kind in _SHOWN if changes.counts.get(kind)]
    for kind in seen:
        yield ""
        yield f"## {words[kind]} ({changes.counts[kind]})"
        yield ""
        yield from (f"- {_line(change, kind)}" for change in changes.notes if kind in change.kinds)
    yield ""
    yield words["kept"] if seen else words["nothing"]


def _line(change: Change, kind: Kind) -> str:
    before, after, whole = change.before, change.after, change.whole
    now = markdown_words(after.question)
    if kind is Kind.REWORDED and before:
        return f"{markdown_words(before.question)} → {now}"
    if kind is Kind.MOVED and before:
        return (
            f"{now} ({markdown_words(before.deck)} → {markdown_words(after.deck)})"
            if before.deck != after.deck
            else now
        )
    if change.deck:
        return f"{now} ({markdown_words(change.deck)})"
    if whole:
        return (
            f"{markdown_words(whole.question)} → {now}"
            if kind is Kind.SPLIT
            else f"{now} → {markdown_words(whole.question)}"
        )
    return now
