"""A body → HTML for a card or for a page.

In: tokens, and a `Target` that says how images, formulas, links and gaps are shown there. Out: sanitised HTML in one
vocabulary of classes that card and page style alike. What notes bring as HTML passes an allow-list; what we make
ourselves is put in afterwards.
"""

from exporter.markup.html.card_or_page import Gaps, References, Target
from exporter.markup.html.writer import render_body, render_tokens

__all__ = ["Gaps", "References", "Target", "render_body", "render_tokens"]
