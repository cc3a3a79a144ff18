"""A statement and its verdict: `Ice is hot. (false)`, `(√) 冰是冷的。`, `Ice is hot. – **False**`, or below `Answer: false`.

In: a paragraph. Out: a question, or None. A statement is a sentence, since `Time (t)` names a letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.question_titles import drop_end, drop_start, read_title
from exporter.reading.page.right_options import label_length
from exporter.reading.page.vocabulary import SCRIPTS, UNSPACED
from exporter.reading.page.wording import are_opposites, asking, is_verdict, key_line, question_line

STOP = r"[.。!！?？…”\"»।]"
_OPEN, _CLOSE = r"[(（\[【]\s*+", r"\s*+[)）\]】]"
_SAID = r"(?P<said>[^()（）\[\]【】\s](?:[^()（）\[\]【】]{{0,{}}}[^()（）\[\]【】\s])?)"
_AT_END = re.compile(rf"(?:(?<=\s)|(?<={STOP})|(?<=[^\x00-\u024f])){_OPEN}{_SAID.format(198)}{_CLOSE}\W{{0,4}}$")
_DASH = r"(?:[-–—→]{1,2}|=>)\s*+"
_BEHIND = re.compile(
    rf"(?<={STOP})(?:(?:\s++{_DASH}|{_DASH})(?P<why>[^\s.。][^.。]{{0,80}})|\s++(?P<said>[^\s.。][^.。]{{0,20}}))[.。]?$"
)
_POINTED = re.compile(r"(?<=\w)\s++(?:[→⇒]|[-=]+>)\s*+(?P<said>[^\s.。][^.。]{0,80})[.。]?$")
_AT_START = re.compile(rf"\s*(?:\d{{1,3}}\s*[.、)）]\s*)?{_OPEN}{_SAID.format(18)}{_CLOSE}\s*(?=\w)")
_BOX = r"(?P<{}>[\[(（]\s*+(?:[xX✓✔√*]\s*+)?[\])）]|[☐☑☒□■✅])\s*(?P<{}>[^\W\d_]+)"
_BOXED = re.compile(rf"(?<!\s)\s*+{_BOX.format('sign', 'first')}[\s/|,]+{_BOX.format('other', 'second')}\W{{0,4}}$")
_MARKED = re.compile(r"[(（\[【☐☑☒□■✅]")
"""What all verdicts but those behind a full stop have: most lines have none of it, and that is seen at once."""
_EMPTY = "☐□[](（） "
_REASON = re.compile(r"(?<!\s)\s*+[-–—:：,，;；.。]\s*")
_SENTENCE = re.compile(rf"(?<!\W)(?>\W*?{STOP})\W*$")
_NUMBER = re.compile(r"^\d{1,3}\s*[.、)）]\s*")
_UNSPACED = re.compile("[" + "".join(SCRIPTS[script] for script in UNSPACED) + "]")
_SHORTEST, _SHORTEST_UNSPACED = 20, 4
"""Characters of a statement without a full stop; fewer are a name."""
LETTERS = "abcde"
"""Letters for true and false in some languages; alone they name options."""


_Span = tuple[int, int]
"""Where words begin and end in a text."""


def read_statement(tokens: Sequence[Token], start: int, place: int, end: int | None) -> Question | None:
    """The statement whose paragraph opens at `place`, in an item that closes at `end`."""
    inline = tokens[place + 1]
    if tokens[place].type != "paragraph_open" or inline.type != "inline":
        return None
    stop, number = place + 3, tokens[start].info if end is not None else ""
    children = inline.children or []
    text = plain_text(children)
    if judged := judge(text):
        words, said = (drop_start(drop_end(children, len(text) - last), first) for first, last in judged)
        answer = reworded(inline, said)
        back = (tokens[place], answer, tokens[place + 2], *tokens[stop : stop if end is None else end])
        title = read_title(inline.copy(children=words), number)
        return Question(start, stop, title, end=stop if end is None else end, back=back)
    below = tokens[stop : stop + 3]
    if len(below) < 3 or below[0].type != "paragraph_open" or not is_told(plain_text(below[1].children or ())):
        return None
    if not _states(text) or asking(text) == 1:
        return None
    return Question(start, stop, read_title(inline, number), end=stop + 3 if end is None else end)


def is_judged(text: str) -> bool:
    """Whether a text is a statement with its verdict."""
    judged = judge(text)
    return judged is not None and text[slice(*judged[1])].lower() not in LETTERS


def judge(text: str) -> tuple[_Span, _Span] | None:
    """A statement and its verdict, before or behind it; the verdict in brackets may give a reason."""
    found: tuple[_Span, _Span] | None = None
    is_marked = _MARKED.search(text) is not None
    if is_marked and (match := _AT_START.match(text)) and is_verdict(match["said"]):
        found = (match.end(), len(text)), match.span("said")
    elif is_marked and (match := _BOXED.search(text)) and are_opposites(match["first"], match["second"]):
        boxes = (("sign", "first"), ("other", "second"))
        ticked = [match.span(words) for sign, words in boxes if match[sign].strip(_EMPTY)]
        found = ((0, match.start()), ticked[0]) if len(ticked) == 1 else None
    elif match := (is_marked and _AT_END.search(text)) or _BEHIND.search(text) or _POINTED.search(text):
        told = next(name for name, words in match.groupdict().items() if words)
        found = (0, match.start()), match.span(told)
        found = found if is_verdict(_REASON.split(match[told], maxsplit=1)[0]) else None
        if found and match.re is _POINTED and " " in text[: match.start()].strip():
            return found
    return found if found and _states(text[slice(*found[0])]) else None


def _states(text: str) -> bool:
    """Whether a text is long enough for a statement, or ends as a sentence does."""
    bare = _NUMBER.sub("", text.strip())
    if label_length(bare) or key_line(bare) or question_line(bare):
        return False
    shortest = _SHORTEST_UNSPACED if _UNSPACED.search(bare) else _SHORTEST
    return bool(_SENTENCE.search(bare)) or len(bare) >= shortest


def is_told(text: str) -> bool:
    """Whether a line says with a label which is right, and that is true or false: `Answer: false`."""
    length = label_length(text)
    return length > 0 and is_verdict(_REASON.split(text[length:].strip(), maxsplit=1)[0])
