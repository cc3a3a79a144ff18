"""Book → the HTML of printed pages, one module for each form.

In: a `Book`. Out: HTML documents with the pictures they show, and what could not be typeset. The templates in
`templates/handout/` decide what it looks like; here it is only decided what stands where.
"""

from exporter.print.pages.bodies import Surroundings
from exporter.print.pages.chapters import ChapterJob, RenderChapters, render_chapter, render_here
from exporter.print.pages.class_test import render_test
from exporter.print.pages.flashcards import Cards, plan_cards, render_test_page
from exporter.print.pages.handout import render_handout
from exporter.print.pages.kept_chapters import is_kept, render_kept
from exporter.print.pages.page import Page, PageChapter, Part, plain
from exporter.print.pages.quiz import choose_cards, render_quiz
from exporter.reading.anchors import anchor_index, find_anchor

__all__ = [
    "Cards",
    "ChapterJob",
    "Page",
    "PageChapter",
    "Part",
    "RenderChapters",
    "Surroundings",
    "anchor_index",
    "choose_cards",
    "find_anchor",
    "is_kept",
    "plain",
    "plan_cards",
    "render_chapter",
    "render_handout",
    "render_here",
    "render_kept",
    "render_quiz",
    "render_test",
    "render_test_page",
]
