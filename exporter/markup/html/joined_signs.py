"""The sign behind a formula or a short piece of code stays on its line: no full stop begins one.

In: inline tokens. Out: the same with a span around a formula and the closing sign that follows it. Browsers break a line
between the two, whatever the sign (CSS Text 3, 5.1, knows letters only), also where nothing stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_CLOSING = re.compile(r"[ \u2009]?([。，、；：！？）」』】》〉”’]+)|([,.;:!?)\]}»…]+)(?=\s|$|[\u2e80-\u9fff])")
_LONGEST_CODE = 20
"""Letters of code that may go to the next line as a whole."""


def with_joined_signs(children: Sequence[Token]) -> Iterator[Token]:
    """The tokens; a space before a Chinese sign goes, since nothing is set there."""
    rest = ""
    for place, child in enumerate(children):
        following = children[place + 1] if place + 1 < len(children) else None
        shown = child.copy(content=child.content[len(rest) :]) if rest else child
        rest = ""
        sign = (
            _CLOSING.match(following.content) if following and following.type == "text" and _may_join(child) else None
        )
        if sign is None:
            yield shown
            continue
        assert following
        rest = sign[0]
        yield Token("span_open", "span", 1, attrs={"class": "joined"})
        yield shown
        yield following.copy(content=sign[1] or sign[2])
        yield Token("span_close", "span", -1)


def _may_join(child: Token) -> bool:
    if child.type == "math":
        return not child.meta["display"]
    return child.type == "code_inline" and len(child.content) <= _LONGEST_CODE
