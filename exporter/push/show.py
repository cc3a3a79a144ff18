"""A push as people and programs see it: the plan, a progress bar, JSON. Writes to no file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.markup import escape

from exporter.push.delivery import Delivery
from exporter.push.push import Pushed
from exporter.push.target import Proposal, Step


def describe(proposal: Proposal) -> Iterator[str]:
    """The plan as lines in rich's markup: what the edition changes, where it goes, and what happens there."""
    yield from proposal.edition
    yield f"[bold]push[/]  into {escape(proposal.target)}"
    yield f"  {counts(proposal.delivery)}"
    for deck, cards in proposal.delivery.moved.items():
        yield f"  {_cards(len(cards))} [cyan]→[/] {escape(deck)}"
    for question in proposal.removed:
        yield f"  [red]deletes[/] {escape(question)}"


def counts(delivery: Delivery) -> str:
    """What is new, changed, moved and removed, in one line."""
    parts = [
        (len(delivery.new), "new"),
        (len(delivery.changed), "changed"),
        (delivery.moved_notes, "moved to another deck"),
        (len(delivery.removed), "removed"),
        (delivery.unchanged, "unchanged"),
    ]
    return ", ".join(f"{count} {name}" for count, name in parts if count) or "nothing"


def as_json(pushed: Pushed) -> dict[str, Any]:
    """The counts for programs."""
    delivery = pushed.delivery
    numbers = {
        "new": len(delivery.new),
        "changed": len(delivery.changed),
        "moved": delivery.moved_notes,
        "removed": len(delivery.removed),
        "unchanged": delivery.unchanged,
    } if delivery else {}  # fmt: skip
    return {"target": pushed.target, "done": pushed.done, **numbers}


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[tuple[Step, Any]]:
    """Where to tell of steps: a bar on a terminal, nothing elsewhere; and a way to hide it while something is asked."""
    if quiet or not sys.stderr.isatty():
        yield (lambda name, done, total: None), None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(30), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("make-deck", total=None)

        def step(name: str, done: int, total: int) -> None:
            progress.update(task, description=f"{name} …", completed=done, total=total or None)

        yield step, progress


def _cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"
