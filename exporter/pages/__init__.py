"""Book → the HTML of printed pages, one module for each form.

In: a `Book`. Out: HTML documents with the pictures they show, and what could not be typeset. The templates in
`templates/handout/` decide what it looks like; here it is only decided what stands where.
"""

from exporter.anchors import anchor_index, find_anchor
from exporter.pages.bodies import Surroundings
from exporter.pages.chapters import ChapterJob, RenderChapters, render_chapter, render_here
from exporter.pages.flashcards import Cards, plan_cards, render_test_page
from exporter.pages.handout import render_handout
from exporter.pages.kept import is_kept, render_kept
from exporter.pages.page import Page, PageChapter, Part, plain
from exporter.pages.quiz import render_quiz

__all__ = [
    "Cards",
    "ChapterJob",
    "Page",
    "PageChapter",
    "Part",
    "RenderChapters",
    "Surroundings",
    "anchor_index",
    "find_anchor",
    "is_kept",
    "plain",
    "plan_cards",
    "render_chapter",
    "render_handout",
    "render_here",
    "render_kept",
    "render_quiz",
    "render_test_page",
]
