"""Tags inside a paragraph: what is no HTML element is text.

Notes write `<OD>`, `</thinking>` and `#include <list>`; CommonMark takes them for tags and a browser shows nothing.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import html_inline as commonmark_html_inline
from markdown_it.rules_inline.state_inline import StateInline

ELEMENTS = frozenset(
    "a abbr acronym address article aside audio b bdi bdo big blockquote body br button canvas caption center cite code "
    "col colgroup data dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form h1 h2 "
    "h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main mark menu meta meter nav "
    "nobr noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp script search section "
    "select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time "
    "title tr track tt u ul var video wbr".split()
)
"""The elements of HTML, with the obsolete ones that notes still use."""

_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


def html_inline(state: StateInline, silent: bool) -> bool:
    """As CommonMark (section 6.6), for the elements of HTML and for comments only."""
    match = _NAME.match(state.src, state.pos)
    if match and match[1].lower() not in ELEMENTS:
        return False
    return commonmark_html_inline(state, silent)


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `html_inline`."""
    md.inline.ruler.at("html_inline", html_inline)
