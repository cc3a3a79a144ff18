"""What notes may bring along as HTML. Everything else loses its tags and keeps its text."""

from __future__ import annotations

import re
from functools import cache

import nh3

from exporter.machinery.html_text import Html
from exporter.markup.html.nesting import cap_nesting

_TAGS = set(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i ins kbd li mark nobr ol p pre q rp rt ruby s samp section small "
    "span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "li": {"value", "data-key"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "valign"},
}
_CLASSES = {
    "div": {"table"},
    "li": {"task"},
    "ol": {"paren"},
    "p": {"callout-title", "table-caption"},
    "section": {"footnotes"},
    "span": {"box", "count", "done", "joined", "ref"},
}
_SCHEMES = {"http", "https", "mailto"}
_PROPERTIES = {
    **{
        name: name
        for name in ("color", "background-color", "text-align", "font-weight", "font-style", "text-decoration")
    },
    "background": "background-color",
}
"""What a `style` may set, and by what name: nothing that moves, hides, loads or covers."""

_PLAIN_VALUE = re.compile(r"[#\w.%, -]+|(?:rgb|hsl)a?\([\d.,%/ a-z]*\)")
_SPAN_CAP = 1000
"""What HTML itself allows for columns. Below it, `table_span` in `[limits]` says."""


def sanitise(markup: str) -> Html:
    """HTML that holds nothing but what the lists above allow, and not too deep."""
    return Html(cap_nesting(_cleaner().clean(markup)))


@cache
def _cleaner() -> nh3.Cleaner:
    """The lists, put together once: that takes longer than to clean an answer."""
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_filter_attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _filter_attribute(element: str, attribute: str, value: str) -> str | None:  # noqa: ARG001 - nh3's signature
    if attribute in ("colspan", "rowspan"):
        digits = value.strip().lstrip("0")
        if not (digits.isascii() and digits.isdecimal()):
            return None
        return digits if len(digits) <= 3 else str(_SPAN_CAP)
    return _safe_style(value) if attribute == "style" else value


def _safe_style(value: str) -> str | None:
    """The declarations that set a colour, an alignment or a kind of letter, with plain values; None where there are none."""
    declarations = [[part.strip() for part in declaration.partition(":")] for declaration in value.split(";")]
    kept = [
        f"{_PROPERTIES[name.lower()]}:{plain}"
        for name, _, plain in declarations
        if name.lower() in _PROPERTIES and _PLAIN_VALUE.fullmatch(plain)
    ]
    return ";".join(kept) or None
