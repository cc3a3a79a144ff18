"""What a build has to say of the lock: it is gone, it would change, or nobody can know what it was.

In: settings, and what was planned. Out: diagnostics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Diagnostic, report
from exporter.editions.edition import Edition
from exporter.editions.published import why_forgotten
from exporter.machinery.plain_files import list_folder
from exporter.source import Span


def lost_lock(config: Config, destination: Path) -> Diagnostic | None:
    """Something that went out, and no lock that knows its notes: a new lock would begin every reader's history anew."""
    if config.one_of and not config.part and (config.root / "deck.lock").is_file():
        message = "deck.lock is that of one deck, and there are several now; none of them would be the one that is out"
        hint = f"for the deck that readers have, rename it to its name, such as {config.one_of}.lock; or delete it"
        return report("lock-missing", Span(f"{config.one_of}.lock"), message, hint)
    tail = r"(-(?!preview-|with-my-history).+)?" if config.anki.packages != "book" else ""
    tail = tail or (r"(-\d+)?" if config.edition_in_name else "")
    name = re.compile(rf"{re.escape(config.name)}{tail}\.apkg")
    package = next((file for file in reversed(list_folder(destination)) if name.fullmatch(file.name)), None)
    if config.part or package is None or not package.is_file():
        return None
    message = f"{package.name} was built with a lock that is gone; a new one would give all notes new identities"
    hint = f'restore it from version control, or "make-deck adopt {package.name}"; to begin anew, delete the package'
    return report("lock-missing", Span(config.lock_file(destination).name), message, hint)


def forgotten_history(lock_file: Path) -> Iterator[Diagnostic]:
    """That an edition cannot know what went out before, in a clone without its history."""
    if why := why_forgotten(lock_file):
        reason, hint = why
        message = f"{reason}: a text that went back to an older one cannot be noticed"
        yield report("history-shallow", Span(lock_file.name), message, hint)


def changed_lock(edition: Edition, lock_file: Path) -> Diagnostic:
    """That the lock is not in step with the notes, where it has to be."""
    message = f"this edition would change it: {edition.changes}"
    hint = 'look at it with "make-deck plan", then build without --locked and commit the lock'
    return report("lock-changed", Span(lock_file.name), message, hint)
