"""The forms in which people write questions, one file each: every place of a page that could be one.

In: a page. Out: `Candidate`s in order. Which of them a file means is for the choice to say. A new form is a new file
and a line in `FORMS`.
"""

from __future__ import annotations

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.detection.forms.definitions import find_definitions
from exporter.reading.detection.forms.explicit import find_explicit
from exporter.reading.detection.forms.headings import find_headings
from exporter.reading.detection.forms.items import find_items
from exporter.reading.detection.forms.paragraphs import find_paragraphs
from exporter.reading.detection.forms.rows import find_rows
from exporter.reading.detection.forms.whole import find_whole
from exporter.reading.page.page import Page

__all__ = ["FORMS", "Candidate", "Form", "find_candidates"]

FORMS = (find_explicit, find_headings, find_items, find_paragraphs, find_rows, find_definitions, find_whole)


def find_candidates(page: Page) -> tuple[Candidate, ...]:
    """All candidates of all forms, in the order in which they stand. Only a tool's own syntax asks by a picture alone."""
    found = (c for find in FORMS for c in find(page) if c.text or c.form is Form.EXPLICIT)
    return tuple(sorted(found, key=lambda c: (c.start, c.stop)))
