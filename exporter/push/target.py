"""What a push needs from the place it goes to. The types that `push`, `sync_server` and `ankiconnect` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from exporter.diagnostics import Diagnostic, report
from exporter.push.delivery import Delivery, Held

Step = Callable[[str, int, int], None]
"""Told the name of a step, how much of it is done, and of how much; 0 of 0 where that is not known."""


class Stopped(Exception):  # noqa: N818 - it is no bug, and carries a diagnostic of its own
    """The target cannot be reached, refuses, or holds what only a person can decide. `push` makes an outcome of it."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.diagnostic: Diagnostic = report(code, None, message, hint)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in to a sync server. The password is in no representation of the value."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is about to happen, for a person or a script to agree with. `edition` are lines in rich's markup.

    `removed` are the questions of the notes that would be deleted.
    """

    target: str
    delivery: Delivery
    edition: tuple[str, ...]
    removed: tuple[str, ...] = ()


class Target(Protocol):
    """A collection that notes are pushed into. Every method may raise `Stopped`."""

    @property
    def name(self) -> str:
        """The collection as a person recognises it: who or which profile, and where. No secrets."""

    @property
    def folder(self) -> Path:
        """A folder of this deck for this very collection, where the push keeps its record."""

    def read(self, guids: Iterable[str]) -> Mapping[str, Held]:
        """The notes with these guids that the collection holds."""

    def begin(self) -> None:
        """From here on the collection is changed. What was pulled is no longer trusted after a failure."""

    def add(self, package: bytes) -> None:
        """Import a package as Anki does: new notes, and those whose `mod` is later."""

    def move(self, cards: Sequence[int], deck: str) -> None:
        """Move cards into a deck, which is made where it is not there."""

    def remove(self, notes: Sequence[int]) -> None:
        """Delete notes with their cards."""

    def tidy(self, decks: Iterable[str]) -> None:
        """Delete those of these decks that hold no card and no other deck."""

    def finish(self) -> None:
        """Make it last: on return, the readers can have all of it."""


OpenTarget = Callable[[Path, Step], AbstractContextManager[Target]]
"""Opens a target. Given the folder below which it may keep things, and where to tell of its steps."""
