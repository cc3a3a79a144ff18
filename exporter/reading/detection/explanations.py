"""Explanations of a whole file: which of its candidates are questions.

In: a `Field`, and how likely each candidate is a question by itself. Out: `Explanation`s to choose among: a cut through
the headings, a class of lines, both together, the file as one card, nothing. Each is a rule that an author could have
followed from the first line to the last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exporter.reading.detection.forms import Form
from exporter.reading.detection.rule_names import NAMES
from exporter.reading.detection.traits import OWN_PROSE, Field
from exporter.reading.page.wording import Style, is_role

_CUTS = 10
_CLASSES = 8
_PAIRED = 4
"""So many cuts and classes, the likeliest, are tried with each other."""
_OPEN = (Form.BOLD, Form.LEAD, Form.PARAGRAPH)
"""Forms whose answers nothing closes but the next question."""
_RULES_A_SECTION = 0.6
"""The share of a section's text that the members of a class must hold to be what the section is made of."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule and the places in the field of the candidates that it calls questions. `parts`: how many rules in one."""

    rule: str
    members: tuple[int, ...]
    parts: int = 1


def find_explanations(field: Field, odds: Sequence[float]) -> tuple[Explained, ...]:
    """All explanations worth a look, each set of members once; `odds` are the log-odds of each candidate."""
    cuts = _likeliest([*_cuts(field), *_heading_classes(field)], odds, _CUTS * 2)
    classes = _likeliest([*_classes(field)], odds, _CLASSES)
    found = [*cuts, *classes]
    classes = [explained for explained in classes if explained.rule != "file" and explained.rule.count(":") < 2]
    for lower in classes:
        kept = _where_it_rules(field, lower)
        for part in (lower, kept) if kept else (lower,):
            found.append(part)
            found += [_over(field, part, cut) for cut in cuts[:_CUTS]]
    for place, first in enumerate(classes[:_PAIRED]):
        for second in classes[place + 1 : _PAIRED]:
            pair = _beside(field, first, second)
            found.append(pair)
            found += [_over(field, pair, cut) for cut in cuts[: _CUTS // 2]]
    seen: dict[tuple[int, ...], Explained] = {}
    for explained in found:
        seen.setdefault(explained.members, explained)
    return tuple(seen.values())


def _likeliest(found: Sequence[Explained], odds: Sequence[float], count: int) -> list[Explained]:
    """The best by the sum of their members' odds; ties in the order in which they came."""
    unique = list({explained.members: explained for explained in reversed(found) if explained.members}.values())[::-1]
    worth = {id(explained): sum(max(-3.0, min(3.0, odds[m])) for m in explained.members) for explained in unique}
    return sorted(unique, key=lambda explained: -worth[id(explained)])[:count]


def _cuts(field: Field) -> Iterator[Explained]:
    """Headings of the levels M to D that have none of these below them, or prose of their own."""
    headings = [i for i, c in enumerate(field.candidates) if c.form is Form.HEADING and not field.locals[i].never]
    levels = sorted({field.candidates[index].level for index in headings})
    for bottom, deepest in enumerate(levels):
        members = _deepest(field, [i for i in headings if field.candidates[i].level <= deepest])
        for top in range(bottom + 1):
            chosen = tuple(m for m in members if field.candidates[m].level >= levels[top])
            rule = f"h{deepest}" if top == bottom else f"h{levels[top]}-h{deepest}"
            yield Explained(rule, chosen)
            asking = tuple(m for m in chosen if field.locals[m].asks or field.locals[m].style is Style.PREFIX)
            yield Explained(f"{rule}?", asking)


def _deepest(field: Field, headings: Sequence[int]) -> list[int]:
    """The headings with none below them, or prose of their own.

    One below which stand only parts of its answer (definition, example) is deepest, and they are not.
    """
    members: list[int] = []
    parts: set[int] = set()
    below = following = 0  # the level of the next heading, without and with parts
    for index in reversed(headings):
        level = field.candidates[index].level
        if following <= level and is_role(field.candidates[index].text):
            parts.add(index)
            members.append(index)
        elif below <= level:
            while members and members[-1] in parts and field.candidates[members[-1]].level > level:
                members.pop()
            members.append(index)
            below = level
        else:
            if field.locals[index].prose >= OWN_PROSE:
                members.append(index)
            below = level
        following = level
    return members[::-1]


def _heading_classes(field: Field) -> Iterator[Explained]:
    """Headings of one level that are numbered alike, with and without their parents that explain something."""
    for group, members in field.groups.items():
        if group[0] != Form.HEADING:
            continue
        chosen = tuple(m for m in members if not field.locals[m].never and field.locals[m].whole)
        yield Explained(f"h{group[1]}:{group[2]}", chosen)


def _classes(field: Field) -> Iterator[Explained]:
    """Lines, items and rows that are written alike, and each wider class of them, with and without what does not ask."""
    wider: dict[str, list[int]] = {}
    for group, members in field.groups.items():
        form, *kinds = group
        if form == Form.HEADING:
            continue
        chosen = [m for m in members if not field.locals[m].never and field.locals[m].answered]
        names = list(kinds) if form == Form.EXPLICIT else [NAMES[Form(form)], *kinds]
        for length in range(1, len(names) + 1):
            wider.setdefault(":".join(names[:length]), []).extend(chosen)
    for name, chosen in wider.items():
        yield Explained(name, tuple(sorted(chosen)))
        yield Explained(f"{name}?", tuple(m for m in sorted(chosen) if field.locals[m].asks == 1))


def _where_it_rules(field: Field, lower: Explained) -> Explained | None:
    """The class only in those sections whose text it holds."""
    page = field.page
    held: dict[int, int] = {}
    sections = [page.next_mark(field.candidates[m].start) for m in lower.members]
    if field.candidates[lower.members[0]].form is Form.BOLD:
        return None
    for member, section in zip(lower.members, sections, strict=True):
        held[section] = held.get(section, 0) + field.locals[member].own + len(field.candidates[member].text)
    starts = [mark.stop for mark in page.marks]
    rules: set[int] = set()
    for section, mass in held.items():
        place = bisect_left(starts, section) - 1
        start = starts[place] if place >= 0 else 0
        if mass >= _RULES_A_SECTION * page.content(min(start, section), section):
            rules.add(section)
    kept = tuple(m for m, section in zip(lower.members, sections, strict=True) if section in rules)
    return Explained(f"{lower.rule}!", kept) if kept and kept != lower.members else None


def same_cuts(field: Field) -> dict[str, list[str]]:
    """By the name of each cut, the names of those that make the same of this file, and may make another of the next."""
    names: dict[tuple[int, ...], list[str]] = {}
    for cut in (*_cuts(field), *_heading_classes(field)):
        names.setdefault(cut.members, []).append(cut.rule)
    return {rule: rules for rules in names.values() for rule in rules}


def find_explained(field: Field, rule: str) -> Explained | None:
    """The explanation that a rule names; None where the file has nothing of the kind."""
    cuts = {explained.rule: explained for explained in (*_cuts(field), *_heading_classes(field))}
    classes = {explained.rule: explained for explained in _classes(field)}
    chosen: Explained | None = None
    for part in reversed(rule.split("+")):
        found = cuts.get(part) or classes.get(part.rstrip("!"))
        if found is None or not found.members:
            return None
        found = (_where_it_rules(field, found) or found) if part.endswith("!") else found
        if chosen is not None:
            found = _over(field, chosen, found) if part in cuts else _beside(field, found, chosen)
        chosen = found
    return chosen


def _over(field: Field, lower: Explained, cut: Explained) -> Explained:
    """A class, and the headings that have none of its members below them, or prose of their own above the first."""
    starts = [field.candidates[m].start for m in lower.members]
    kept: list[int] = []
    for place, member in enumerate(cut.members):
        c = field.candidates[member]
        end = min(c.end, field.candidates[cut.members[place + 1]].start) if place + 1 < len(cut.members) else c.end
        first = bisect_left(starts, c.start)
        if first < len(starts) and starts[first] == c.start:
            continue
        if first == len(starts) or starts[first] >= end or field.page.explanation(c.stop, starts[first]) >= OWN_PROSE:
            kept.append(member)
    members = tuple(sorted({*lower.members, *kept}))
    return Explained(f"{cut.rule}+{lower.rule}", members, lower.parts + cut.parts)


def _beside(field: Field, first: Explained, second: Explained) -> Explained:
    """Two classes: of the second what stands in no answer of the first."""
    starts = [field.candidates[m].start for m in first.members]
    ends = [
        field.candidates[m].stop if field.candidates[m].form in _OPEN else field.locals[m].until for m in first.members
    ]
    kept: list[int] = []
    for member in second.members:
        place = bisect_right(starts, field.candidates[member].start) - 1
        if place < 0 or field.candidates[member].start >= ends[place]:
            kept.append(member)
    return Explained(f"{first.rule}+{second.rule}", tuple(sorted({*first.members, *kept})), 2)
