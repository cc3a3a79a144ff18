"""The only Markdown parser of the project: CommonMark and GFM, and what real notes need besides.

In: a `SourceFile`. Out: block tokens of markdown-it, parsed once and never changed afterwards. Each deviation from
CommonMark is one rule in one file. Knows nothing of questions.
"""

from exporter.reading.markdown.callouts import quoted_callouts
from exporter.reading.markdown.cloze import GapMark, Pieces, has_gaps
from exporter.reading.markdown.fences import DIAGRAMS
from exporter.reading.markdown.images import caption_of, stem
from exporter.reading.markdown.media import MEDIA_TYPES, is_film_page, is_media
from exporter.reading.markdown.parser import parse
from exporter.reading.markdown.plain import label_text, plain_text, reworded, with_words

__all__ = [
    "DIAGRAMS",
    "MEDIA_TYPES",
    "GapMark",
    "Pieces",
    "caption_of",
    "has_gaps",
    "is_film_page",
    "is_media",
    "label_text",
    "parse",
    "plain_text",
    "quoted_callouts",
    "reworded",
    "stem",
    "with_words",
]
