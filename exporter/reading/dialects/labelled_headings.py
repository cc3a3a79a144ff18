"""A heading that only says "Question", or counts it, with the question below it, then a heading "Answer": one card, or many.

Or a paragraph that begins with that label: `**Answer:** …`. What has options is for `choices`.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.options import begins_options
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import find_keys
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import answer_line, is_answer_heading, is_question_label, read_wording


def find_labelled(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every heading "Question" whose next heading says "Answer", on its level or deeper; the answer goes on to the next pair."""
    headings = [i for i, token in enumerate(tokens) if token.type == "heading_open" and not token.level]
    labelled = [place for place, start in enumerate(headings) if _asks(tokens, start)]
    keys = find_keys(tokens) if labelled else ()
    questions: list[Question] = []
    for number, place in enumerate(labelled):
        start, level = headings[place], tokens[headings[place]].tag
        last = labelled[number + 1] if number + 1 < len(labelled) else len(headings)
        if place + 1 >= last or not is_answer_heading(tokens[headings[place + 1] + 1].content):
            question = _told_below(tokens, start, headings[place + 1] if place + 1 < len(headings) else len(tokens))
            questions += [question] if question else []
            continue
        answer = headings[place + 1]
        is_key = any(key.start == answer for key in keys)  # `## Answers` to all that `# Questions` numbers
        if is_key or tokens[answer].tag < level:
            continue
        above = (headings[i] for i in range(place + 2, last) if tokens[headings[i]].tag < level)
        end = next(above, headings[last] if last < len(headings) else len(tokens))
        first = next((i for i in range(start + 3, answer) if tokens[i].type == "inline" and weigh(tokens[i])), None)
        if first is not None and end > answer + 3:
            back, more = tuple(tokens[answer + 3 : end]), tuple(tokens[first + 2 : answer])
            counted = read_wording(plain_text(tokens[start + 1].children or ())).number
            title = read_title(tokens[first], counted)
            questions.append(Question(start, end, title, end=end, level=int(level[1]), back=back, more=more))
    return questions if any(question.back for question in questions) else ()


def cut_answers(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """The label of an answer begins a paragraph."""
    return Cut.BEFORE if answer_line(text) else Cut.NOWHERE


def _told_below(tokens: Sequence[Token], start: int, end: int) -> Question | None:
    """The question below a heading, above a paragraph that begins with the label of its answer."""
    blocks = [i for i in range(start + 3, end) if not tokens[i].level and tokens[i].nesting >= 0]
    texts = {i: plain_text(tokens[i + 1].children or ()) for i in blocks if tokens[i].type == "paragraph_open"}
    answer = next((i for i, text in texts.items() if answer_line(text)), None)
    number = read_wording(plain_text(tokens[start + 1].children or ())).number
    is_alone = (
        answer is None and number and len(texts) == len(blocks) == 1
    )  # a question without an answer, which is said
    answer = end if is_alone else answer
    if answer is None or blocks[0] not in texts or blocks[0] == answer:
        return None
    if any(begins_options(tokens, i) for i in blocks if blocks[0] < i < answer):
        return None
    title = read_title(tokens[blocks[0] + 1], number)
    more, back = tuple(tokens[blocks[0] + 3 : answer]), tuple(tokens[answer:end])
    stop = blocks[0] + 3 if is_alone else end
    return Question(start, stop, title, end=end, level=int(tokens[start].tag[1]), back=back, more=more)


def _asks(tokens: Sequence[Token], heading: int) -> bool:
    """Whether a heading only says "question", or that and a number."""
    text = plain_text(tokens[heading + 1].children or ()).strip(" *_:：")
    return is_question_label(text)


DIALECT = Dialect("question-answer", "headings Question and Answer", find_labelled, cut_answers, share=0.0)
