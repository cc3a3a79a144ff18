"""What make-deck chose by itself: which files are worth a look, and the rules that pin what was chosen.

In: chapters with their decisions. Out: the doubtful ones, one message about them, and rules by path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from exporter.diagnostics import Diagnostic, report
from exporter.model import Chapter, Decision
from exporter.reading.staying_out import NO_QUESTION

_SURE_IN_WORDS = ((0.6, "probably right"), (0.3, "not sure, look at it"), (0.0, "a guess, look at it"))
"""What the confidence of a choice that is not sure means to an author."""


def say_sure(decision: Decision) -> str:
    """How sure a choice is, in words: a share of one per cent is told to nobody who is to act on it."""
    if decision.sure:
        return "sure"
    return next(words for least, words in _SURE_IN_WORDS if decision.confidence >= least)


def is_authors(decision: Decision) -> bool:
    """Whether a rule of the author decided, so that nothing was chosen."""
    return decision.decided_by == "rule"


def gives_nothing(chapter: Chapter) -> bool:
    """Whether a file has text and no card, and its author did not say so: neither by a rule nor by what the file is."""
    is_notes = chapter.stays_out in ("", NO_QUESTION) and bool(chapter.source.text.strip())
    return is_notes and not chapter.cards and not is_authors(chapter.decision)


def doubtful(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """The files worth a look, the least sure first; among equals, the longest without a card."""
    found = [chapter for chapter in chapters if not chapter.decision.sure or gives_nothing(chapter)]
    return tuple(sorted(found, key=lambda c: (c.decision.confidence, bool(c.cards), -len(c.source.text))))


def check_choices(chapters: Iterable[Chapter]) -> Iterator[Diagnostic]:
    """One message for all files worth a look; where there is no card at all, an error says so already."""
    chapters = tuple(chapters)
    silent = sum(gives_nothing(chapter) for chapter in chapters)
    unsure = sum(not chapter.decision.sure and not gives_nothing(chapter) for chapter in chapters)
    if not any(chapter.cards for chapter in chapters) or not silent + unsure:
        return
    parts = [f"{_files(silent)} no card" if silent else ""]
    parts.append(f"the questions of {unsure} {'file' if unsure == 1 else 'files'} are not sure" if unsure else "")
    hint = '"make-deck outline --unsure" shows them'
    yield report("files-unsure", None, " and ".join(filter(None, parts)), hint)


def learned_rules(chapters: Iterable[Chapter]) -> Mapping[str, str]:
    """By path: the rule that pins what make-deck chose by itself, where a rule can say it."""
    return {c.source.path: rule for c in chapters if (rule := pinning_rule(c.decision))}


def pinning_rule(decision: Decision) -> str:
    """The rule that pins a choice; "" where the author made it, or no rule says it."""
    if is_authors(decision) or not decision.alternatives or decision.alternatives[0].rule == "auto":
        return ""
    return decision.alternatives[0].rule


def _files(count: int) -> str:
    return "1 file gives" if count == 1 else f"{count} files give"
