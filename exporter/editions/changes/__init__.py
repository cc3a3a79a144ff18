"""What an edition changes: `compare` finds it out, `show`, `as_markdown` and `for_readers` say it."""

from exporter.editions.changes.as_markdown import changes_as_markdown
from exporter.editions.changes.compare import Change, Changes, Kind, Moved, Reread, compare, find_retyped
from exporter.editions.changes.for_readers import changes_for_readers
from exporter.editions.changes.show import changes_as_json, changes_as_text

__all__ = [
    "Change",
    "Changes",
    "Kind",
    "Moved",
    "Reread",
    "changes_as_json",
    "changes_as_markdown",
    "changes_as_text",
    "changes_for_readers",
    "compare",
    "find_retyped",
]
