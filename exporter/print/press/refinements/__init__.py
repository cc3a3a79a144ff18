"""All that knows how WeasyPrint works inside: a file for each way to have better pages than it makes by itself.

Each says what it changes, why, and on what public interface it could stand instead, and looks whether WeasyPrint still has
the shape that it needs. Where it has not, pages are made without, and the build says so (`print-unrefined`).
"""

from exporter.print.press.refinements.accessible import ACCESSIBLE
from exporter.print.press.refinements.copied_words import WORDS
from exporter.print.press.refinements.fonts import FONTS
from exporter.print.press.refinements.glyph_outlines import OUTLINES
from exporter.print.press.refinements.han_justification import JUSTIFICATION
from exporter.print.press.refinements.leaders import LEADERS
from exporter.print.press.refinements.ligatures import LIGATURES
from exporter.print.press.refinements.overflow import EDGES
from exporter.print.press.refinements.png_data import PNGS
from exporter.print.press.refinements.raised_middle import MIDDLE
from exporter.print.press.refinements.shrunk_figures import FIGURES
from exporter.print.press.refinements.styles import STYLES
from exporter.print.press.refinements.tags import TAGS

REFINEMENTS = (
    STYLES,
    LEADERS,
    JUSTIFICATION,
    LIGATURES,
    WORDS,
    OUTLINES,
    PNGS,
    FIGURES,
    EDGES,
    FONTS,
    TAGS,
    ACCESSIBLE,
    MIDDLE,
)
"""Every one, in the order in which they act."""

__all__ = [
    "ACCESSIBLE",
    "EDGES",
    "FIGURES",
    "FONTS",
    "JUSTIFICATION",
    "LEADERS",
    "LIGATURES",
    "MIDDLE",
    "OUTLINES",
    "PNGS",
    "REFINEMENTS",
    "STYLES",
    "TAGS",
    "WORDS",
]
