"""Book → the HTML of printed pages, one module for each form.

In: a `Book`. Out: HTML documents with the pictures they show, and what could not be typeset. The templates in
`templates/handout/` decide what it looks like; here it is only decided what stands where.
"""

from exporter.anchors import anchor_index, find_anchor
from exporter.pages.flashcards import Cards, plan_cards, render_test_page
from exporter.pages.handout import render_handout
from exporter.pages.page import Page, Part, plain
from exporter.pages.quiz import render_quiz

__all__ = [
    "Cards",
    "Page",
    "Part",
    "anchor_index",
    "find_anchor",
    "plain",
    "plan_cards",
    "render_handout",
    "render_quiz",
    "render_test_page",
]
