"""Files of a folder that look alike are explained alike, as the chapters of a book.

In: chapters, with the rules that were nearly chosen for each. Out: the rule that a folder gives to files that chose
otherwise by themselves; and a reading by it. A folder means the rule that is the least behind over all its files. No file
is given a rule that lies far behind for itself, and none that is sure, so a stranger among chapters keeps his own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from exporter.diagnostics import Outcome
from exporter.model import Alternative, Card, Chapter
from exporter.reading.detection.left_over import REST
from exporter.reading.questions import Reading

_FEWEST = 3
"""Files that make a folder of chapters."""
_NEAR, _FAR = 0.6, 1.5
"""Distances, in the log-odds of the choice, up to which a file may be given a rule, and from which on a rule is only far."""
_MOST = 0.6
"""The share of files to which a rule must be near to be that of the folder."""


def shared_rules(chapters: Iterable[Chapter]) -> dict[str, str]:
    """By path: the rule of its folder, for each file to which it is near and that chose other cards by itself."""
    folders: dict[str, list[Chapter]] = {}
    for chapter in chapters:
        if chapter.decision.near and not chapter.stays_out:
            folders.setdefault(chapter.source.path.rpartition("/")[0], []).append(chapter)
    rules: dict[str, str] = {}
    for found in folders.values():
        if rule := _rule_of([dict(chapter.decision.near) for chapter in found]):
            for chapter in found:
                behind = dict(chapter.decision.near).get(rule, _FAR)
                if 0 < behind <= _NEAR and not chapter.decision.sure:
                    rules[chapter.source.path] = rule
    return rules


def _rule_of(files: list[dict[str, float]]) -> str:
    """The rule that files have in common, "" where they have none."""
    if len(files) < _FEWEST:
        return ""
    named = sorted({rule for near in files for rule in near})
    behind = {rule: sum(min(_FAR, near.get(rule, _FAR)) for near in files) for rule in named}
    rule = min(named, key=lambda rule: (round(behind[rule], 4), rule))
    fitting = sum(near.get(rule, _FAR) <= _NEAR for near in files)
    return rule if rule != "none" and fitting >= _MOST * len(files) else ""


def follow_folder(read: Outcome[Reading], rule: str, again: Callable[[str], Outcome[Reading]]) -> Outcome[Reading]:
    """The reading by the rule of the folder, where it gives one that finds questions."""
    if not rule:
        return read
    beside = again(f"{rule}{REST}")
    fronts = tuple(item.text for item in beside.value.items if isinstance(item, Card))
    if not fronts:
        return read
    decision = read.value.decision
    rule = beside.value.decision.alternatives[0].rule
    chosen = Alternative(rule, beside.value.rule, len(fronts), fronts[:3])
    others = tuple(other for other in decision.alternatives if other.rule != rule)
    decision = replace(decision, alternatives=(chosen, *others), decided_by="folder", sure=False)
    return Outcome(replace(beside.value, decision=decision), beside.diagnostics)
