"""The options of a question in another order.

In: the front of a question, and what shuffles. Out: the front with its options shuffled, as far as they may be.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from exporter.model import Body
from exporter.reading.markdown import plain_text
from exporter.reading.page.vocabulary import exam_words


def explains_letters(answer: Body, keys: Sequence[str]) -> bool:
    """Whether an answer says of options, by what counts them, why they are right or wrong: they keep their places."""
    return bool(keys) and _explaining(tuple(keys)).search(plain_text(answer.tokens)) is not None


@cache
def _explaining(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?i:{exam_words('letter')})\s*{_one_of(keys)}|{_one_of(keys)}\s*{exam_words('judged')}")


@cache
def _naming(keys: tuple[str, ...]) -> re.Pattern[str]:
    """Options that name others: `A and C`."""
    joined = rf"(?:[,&]|{exam_words('and')}|{exam_words('or')})"
    return re.compile(rf"{_one_of(keys)}\s*{joined}\s*{_one_of(keys)}")


def _one_of(keys: Iterable[str]) -> str:
    return rf"(?<![^\W_])(?:{'|'.join(map(re.escape, keys))})(?![a-zA-Z])"


@cache
def stays_last() -> re.Pattern[str]:
    """What an option begins with that speaks of those above it: `all of the above`."""
    return re.compile(rf"^{exam_words('last', whole=False)}", re.IGNORECASE)


def mix_options(front: Body, keys: Sequence[str], mix: random.Random) -> Body:
    """A question with its options shuffled. `keys` are what counts them.

    Two stay as they are (true and false), and so do options that name each other by their letters; "all of the above" stays
    last.
    """
    spans = _options(front)
    texts = [plain_text([t for t in front.tokens[a:b] if t.type == "inline"]).strip() for a, b in spans]
    is_one_list = all(end == start for (_, end), (start, _) in itertools.pairwise(spans))
    if len(spans) < 3 or not is_one_list or any(map(_naming(tuple(keys)).search, texts)):
        return front
    order = [place for place in range(len(spans)) if not stays_last().match(texts[place])]
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
