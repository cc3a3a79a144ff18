"""The options of a question in another order.

In: the front of a question, and what shuffles. Out: the front with its options shuffled, as far as they may be.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace

from exporter.model import Body
from exporter.reading.markdown import plain_text

_STAYS_LAST = re.compile(
    r"^(?:all|none|neither|both) (?:of )?(?:the |these|those|are|is)|^以上|^(?:全部|都)"
    r"|^alle (?:der )?(?:(?:oben|hier) )?(?:genannten|antworten|obigen)|^kein[es]* de"
    r"|^toutes? les|^aucune? |^todas? las|^ninguna |^(?:جميع|كل) ما (?:سبق|ذكر)|^لا شيء مما|^все |^上記",
    re.IGNORECASE,
)
_NAMES_LETTERS = re.compile(r"\b[A-H]\b\s*(?:,|&|and|or|und|oder|和|或|y|et|e)\s*\b[A-H]\b")

_OPTION_BY_LETTER = re.compile(
    r"(?:\b(?i:options?|choices?|answers?|Antwort(?:en)?|réponses?|opci[oó]n(?:es)?|opç(?:ão|ões)|вариант\w*)|选项|選項|答案)\s*[A-H]\b"
    r"|\b[A-H]\s*(?:项|項|选项|選項|(?:is|ist) (?:wrong|right|correct|incorrect|false|true|falsch|richtig))"
)


def explains_letters(answer: Body) -> bool:
    """Whether an answer says of options, by their letters, why they are right or wrong: they keep their places."""
    return bool(_OPTION_BY_LETTER.search(plain_text(answer.tokens)))


def mix_options(front: Body, mix: random.Random) -> Body:
    """A question with its options shuffled.

    Two stay as they are (true and false), and so do options that name each other by their letters; "all of the above" stays
    last.
    """
    spans = _options(front)
    texts = [plain_text([t for t in front.tokens[a:b] if t.type == "inline"]).strip() for a, b in spans]
    is_one_list = all(end == start for (_, end), (start, _) in itertools.pairwise(spans))
    if len(spans) < 3 or not is_one_list or any(map(_NAMES_LETTERS.search, texts)):
        return front
    order = [place for place in range(len(spans)) if not _STAYS_LAST.match(texts[place])]
    last = [place for place in range(len(spans)) if place not in order]
    mix.shuffle(order)
    moved = [token for place in (*order, *last) for token in front.tokens[spans[place][0] : spans[place][1]]]
    tokens = (*front.tokens[: spans[0][0]], *moved, *front.tokens[spans[-1][1] :])
    return replace(front, tokens=tokens)


def _options(front: Body) -> list[tuple[int, int]]:
    """Where the options of a question begin and end among its tokens."""
    spans: list[tuple[int, int]] = []
    for start, token in enumerate(front.tokens):
        if "correct" in token.meta:
            end = next(
                i
                for i, t in enumerate(front.tokens[start:], start)
                if t.type == "list_item_close" and t.level == token.level
            )
            spans.append((start, end + 1))
    return spans
