"""Which parts of a file are questions: the ways people write them, one file each.

In: a `Document` (a source file and its tokens). Out: a `Reading`: sections, prose and cards in source order, what was
left out and why. The way is: explicit syntax where it dominates, else marks -> classes -> score -> choose; then cut the
page at the questions. A new dialect is a new file and a line in `DIALECTS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from exporter.diagnostics import Outcome, report, suggest
from exporter.model import Alternative, Card, CardKind, Decision, Imprint, Item, LeftOut
from exporter.reading.asked_elsewhere import asked_elsewhere, asking_lines
from exporter.reading.cutting.cut_page import cut_items
from exporter.reading.cutting.open_options import find_open_options, without_twice
from exporter.reading.cutting.unused_keys import find_unused
from exporter.reading.detection.choice import Detection, Explanation, detect, pinned
from exporter.reading.detection.ends import find_labels
from exporter.reading.detection.forms import find_candidates
from exporter.reading.detection.forms.whole import whole_file
from exporter.reading.detection.headings import as_question, find_headings, find_level
from exporter.reading.detection.left_over import REST, find_silent, with_left_over
from exporter.reading.detection.rule_names import describe, describe_kind, is_combined
from exporter.reading.detection.siblings import with_siblings
from exporter.reading.detection.swallowed import find_counted, with_swallowed
from exporter.reading.detection.traits import Field, read_field
from exporter.reading.detection.unanswered import find_unanswered
from exporter.reading.dialects import DIALECTS, cloze, dialects_of, list_items, multiple_choice
from exporter.reading.dialects.csv_fences import with_tables
from exporter.reading.dialects.dialect import Finding, Question, unbroken, uncut
from exporter.reading.page.front_matter import FrontMatter, read_front_matter
from exporter.reading.page.lines import Lines, break_lines, split_paragraphs
from exporter.reading.page.marks import BOLD_LEVEL, Kind, Mark, cut_bold
from exporter.reading.page.overrides import KIND_WORDS, Overrides, read_overrides
from exporter.reading.page.page import Document, Page, read_page, weigh
from exporter.reading.page.question_titles import read_title
from exporter.reading.unread_lines import doubted, terms_between, unread_lines
from exporter.reading.used_keys import mark_used

__all__ = ["DIALECTS", "RULES", "Document", "Reading", "read_document"]

_COUNTED = "lines that ask, by their numbers"
_FRONTS = 3
"""So many fronts show what an explanation makes of a file."""
_LEVELS = {f"h{level}": level for level in range(1, 7)} | {"bold": BOLD_LEVEL}
_FORMS = ("interview", "table", "term", "definition", "paragraph")
RULES = tuple(dict.fromkeys((
    "auto", "none", "file", *_LEVELS, "choice", *(d.rule for d in DIALECTS if d is not cloze.GAPS), *_FORMS,
)))  # fmt: skip
"""What `cards:` in the front matter and `[questions]` in deck.toml may say, besides what `is_rule` takes."""


def is_rule(name: str) -> bool:
    """Whether a rule is called so: one of `RULES`, or a cut or classes that `outline` names (`h2-h4`, `h2+table`)."""
    return name in RULES or is_combined(name)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `rule` says in words what was taken for a question, "none" where nothing was.

    `withheld`: the author says that the file holds none. `aside` are title and contents, which pages show their own way,
    `asking` lines that ask, in answers.

    `lang` is what the front matter says, "" where it says nothing.
    """

    rule: str
    title: str
    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    decision: Decision
    lang: str = ""
    withheld: bool = False
    aside: tuple[Token, ...] = ()
    aliases: tuple[str, ...] = ()
    imprint: Imprint = Imprint()
    asking: tuple[LeftOut, ...] = ()


def read_document(document: Document, rule: str = "auto") -> Outcome[Reading]:
    """Find the questions of a file. `cards:` in its front matter takes precedence over `rule`."""
    read = read_front_matter(document.source, document.tokens)
    matter = read.value
    diagnostics = list(read.diagnostics)
    if is_rule(matter.cards):
        rule = matter.cards
    elif matter.cards:
        span = document.source.span(matter.cards_line)
        message = f'no rule is called "{matter.cards}"; allowed are {", ".join(RULES)}'
        diagnostics.append(report("override-invalid", span, message, suggest(matter.cards, RULES)))
    all_cloze = rule == cloze.DIALECT.rule
    rule = "auto" if all_cloze else rule
    page = read_page(document.source, _prepared(document, rule), document.signs)
    overrides, findings = read_overrides(document.source, page.tokens)
    diagnostics += findings
    detection = _find(page, rule, matter, all_cloze=all_cloze)
    words, questions = detection.explanations[0].words, detection.explanations[0].questions
    if matter.cards == rule and not questions and rule not in ("auto", "none"):
        message = f'"cards: {rule}" finds no question in this file'
        diagnostics.append(report("rule-unmatched", document.source.span(matter.cards_line), message, _levels(page)))
    beside = list_items.unanswered_beside(page.tokens, questions)
    questions = tuple(sorted((*questions, *beside), key=lambda question: question.start))
    overrides = replace(_below_questions(page, questions, overrides), all_cloze=all_cloze)
    questions = _with_overrides(page, questions, overrides)
    title = _title_mark(page, questions)
    items, left_out, found = cut_items(page, questions, overrides, title=title, matter=matter)
    if not any(isinstance(item, Card) for item in items) and rule != "none":
        left_out, found = find_unanswered(page, left_out, found)
        words = "none"
    left_out += asked_elsewhere(page.marks, items, page.source, find_labels(page))
    kept = mark_used(page, items)
    unread = _fresh(unread_lines(kept, page.source) if rule != "none" else (), left_out)
    more = (*asking_lines(page.marks, items, page.source), *terms_between(kept, page.source))
    asking = (*unread, *_fresh(more, (*left_out, *unread)))
    name = matter.title or (title.title.full if title else "")
    reading = Reading(
        words or "none", name, kept, tuple(left_out), doubted(_decision(detection), unread), matter.lang, rule == "none",
        _aside(page, title), matter.aliases, matter.imprint, asking,
    )  # fmt: skip
    found = without_twice(found, page, questions)
    return Outcome(
        reading, (*diagnostics, *found, *find_unused(page, questions), *find_open_options(page, questions, items))
    )


def _fresh(found: Iterable[LeftOut], listed: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """What stands on lines that are not listed yet."""
    lines = {entry.span.line for entry in listed}
    return tuple(entry for entry in found if entry.span.line not in lines)


def _levels(page: Page) -> str:
    """What marks a file has, for an author whose rule finds none of them."""
    counts = Counter(mark.level for mark in page.marks)
    named = [f"{rule} ({counts[level]})" for rule, level in _LEVELS.items() if counts[level]]
    return f"there are {', '.join(named)}" if named else "it has no headings and no bold lines"


def read_field_of(document: Document) -> tuple[Field, Finding]:
    """The candidates of a file, and what the rules say of it: what the weights of the choice are fitted on."""
    page = read_page(document.source, _prepared(document, "auto"), document.signs)
    return read_field(page, find_candidates(page)), _detect(page, all_cloze=False)


def _decision(detection: Detection) -> Decision:
    """What an author may want to know of the choice, without the questions: each way to read the file once."""
    others: dict[tuple[tuple[int, int | None], ...], Explanation] = {}
    for explanation in detection.explanations:
        others.setdefault(tuple((q.start, q.end) for q in explanation.questions), explanation)
    alternatives = tuple(
        Alternative(e.rule, e.words, len(e.questions), tuple(q.title.text for q in e.questions[:_FRONTS]))
        for e in others.values()
    )
    return Decision(alternatives, detection.confidence, detection.sure, detection.decided_by, detection.near)


def _prepared(document: Document, rule: str) -> tuple[Token, ...]:
    """The tokens with a paragraph for each line that is a mark. What pins a choice reads the file as the choice did."""
    result, lines = with_tables(document.tokens), Lines()
    rule = "auto" if rule == "interview" or rule not in RULES else rule
    for dialect in dialects_of(document.signs):
        wanted = rule == dialect.rule or (rule == "auto" and dialect.may_be_in(document.source.text))
        if wanted and dialect.cut is not uncut:
            broken = result if dialect.within is unbroken else break_lines(result, dialect.within)
            cut = split_paragraphs(broken, dialect.cut, lines)
            if len(cut) > len(result) and dialect.find(cut, rule == "auto"):
                result = cut
    return split_paragraphs(result, cut_bold, lines) if rule in ("auto", "bold") else result


def _find(page: Page, rule: str, matter: FrontMatter, *, all_cloze: bool) -> Detection:
    """The questions by a rule; what the file means where its author gives none."""
    if rule == "auto":
        found = detect(page, _detect(page, all_cloze=all_cloze))
        best = found.explanations[0]
        if not all_cloze:  # what hides nothing is no card there
            best = _with_rest(
                page, replace(best, questions=with_swallowed(page, with_siblings(page, best.questions))), found.found
            )
        return replace(found, explanations=(best, *found.explanations[1:]))
    main = rule.removesuffix(REST)
    words, questions = _by_rule(page, main, matter)
    if main not in RULES or main == "interview":
        questions = with_swallowed(page, with_siblings(page, questions))
    best = Explanation(main, words, questions, 0.0)
    return Detection((best if rule == main else _with_rest(page, best),), 1.0, "rule")


def _with_rest(page: Page, best: Explanation, found: Field | None = None) -> Explanation:
    """An explanation with the questions of other forms that it leaves over, named in its rule if there are any."""
    questions = with_left_over(found or read_field(page, find_candidates(page)), best.questions)
    if {q.start for q in questions} == {q.start for q in best.questions}:
        return best
    rule = f"{best.rule}{REST}"
    return replace(best, rule=rule, words=f"{best.words} and {describe_kind(REST[1:])}", questions=questions)


def _by_rule(page: Page, rule: str, matter: FrontMatter) -> Finding:
    """The questions that an author's rule names, and in words what was taken for one."""
    match rule:
        case "none":
            return "none", ()
        case "file":
            question = whole_file(page, matter.title)
            return "one file, one card", (question,) if question else ()
        case "interview":
            return _detect(page, all_cloze=False)
        case "choice":
            return "choice", multiple_choice.find_choices(page)
        case _ if rule in _LEVELS:
            return f"{rule} headings" if rule != "bold" else "bold lines", find_level(page, _LEVELS[rule])
    dialect = next((dialect for dialect in dialects_of(page.signs) if dialect.rule == rule), None)
    questions = pinned(page, rule) if dialect in (None, list_items.DIALECT) else ()
    if dialect is None or questions:
        return describe(rule, len(questions)), questions
    return dialect.words, tuple(dialect.find(page.tokens, False))  # noqa: FBT003 - the user insists


def _detect(page: Page, *, all_cloze: bool) -> Finding:
    """Explicit syntax where it dominates, headings where it is silent, the rest where both are."""
    words, asked = find_headings(page)
    sure = [cloze.GAPS] if all_cloze else []
    found = [
        (dialect, tuple(dialect.find(page.tokens, False) if dialect in sure else dialect.find_proven(page)))  # noqa: FBT003
        for dialect in dialects_of(page.signs)
    ]
    found = [(dialect, questions) for dialect, questions in found if questions]
    names: list[str] = []
    taken: list[Question] = []
    for dialect, questions in found:
        if len(questions) >= dialect.share * len(asked):
            merged = _merged(taken, questions)
            names += [dialect.words] if len(merged) > len(taken) else []
            taken = merged
    if taken:
        words, asked = find_headings(page, taken)
        taken = _merged(taken, asked)
    else:
        taken = list(asked)
    if not taken:
        taken = list(find_counted(page))
        words = _COUNTED if taken else ""
    if words:
        names.append(words)
    for dialect, questions in found:
        silent = find_silent(page, taken, questions, sure=dialect is cloze.GAPS)
        if silent:
            names.append(dialect.words)
            taken = _merged(taken, silent)
    return " and ".join(dict.fromkeys(names)), tuple(taken)


def _merged(taken: Sequence[Question], more: Sequence[Question]) -> list[Question]:
    """Both, in order; of questions that overlap the first stays."""
    ends = [(question.start, question.end or question.stop) for question in taken]
    fresh: list[Question] = []
    position = 0
    for question in more:
        while position < len(ends) and ends[position][1] <= question.start:
            position += 1
        if position == len(ends) or (question.end or question.stop) <= ends[position][0]:
            fresh.append(question)
    return sorted([*taken, *fresh], key=lambda question: question.start)


def _below_questions(page: Page, questions: Sequence[Question], overrides: Overrides) -> Overrides:
    """What stands right below a question, above its answer, is said of the question."""
    words = dict(overrides.words)
    moved: dict[int, int] = {}
    starts = {question.start for question in questions}
    for question in questions:
        place = question.stop if question.answer is None else question.answer
        while place < len(page.tokens) and page.tokens[place].type == "comment":
            place += 1
        kinds = words.get(place, frozenset()) & KIND_WORDS
        if kinds and place not in starts:
            words[place] -= kinds
            words[question.start] = words.get(question.start, frozenset()) | kinds
            moved[place] = question.start
    said = [replace(said, places=tuple(moved.get(place, place) for place in said.places)) for said in overrides.said]
    return replace(overrides, words=words, said=tuple(said))


def _with_overrides(page: Page, questions: Sequence[Question], overrides: Overrides) -> tuple[Question, ...]:
    """Make questions of what the author calls one, and drop what has no words."""
    marks = {mark.start: mark for mark in page.marks}
    known = {place for question in questions for place in range(question.start, question.stop)}
    forced: list[Question] = []
    for place, words in overrides.words.items():
        token = page.tokens[place]
        if place in known or token.type not in ("heading_open", "paragraph_open"):
            continue
        if place in marks and words & {"card", *KIND_WORDS}:
            forced.append(as_question(marks[place]))
        elif "card" in words:
            forced.append(_called(page, place, words=overrides.words))
        elif "cloze" in words:
            title = read_title(page.tokens[place + 1])
            forced.append(Question(place, place + 3, title, end=place + 3, kind=CardKind.CLOZE))
    asked = (question for question in (*questions, *forced) if weigh(question.title.inline))
    return tuple(sorted(asked, key=lambda question: question.start))


def _called(page: Page, place: int, words: Mapping[int, frozenset[str]]) -> Question:
    """The heading or paragraph that its author calls a card. What it stands in, a list item or a quote, ends its answer."""
    tokens = page.tokens
    level = tokens[place].level
    end = next((i for i in range(place, len(tokens)) if tokens[i].level < level), None)
    item = tokens[place - 1] if place and tokens[place - 1].type == "list_item_open" else None
    start = place - 1 if item and place - 1 in words else place
    return Question(start, place + 3, read_title(tokens[place + 1], item.info if item else ""), end=end)


def _title_mark(page: Page, questions: Sequence[Question]) -> Mark | None:
    """The heading that names the file: the first, alone on its level, above all others, and no question."""
    headings = [mark for mark in page.marks if mark.kind is not Kind.BOLD]
    if not headings or any(question.start == headings[0].start for question in questions):
        return None
    first, *others = headings
    before = any(question.start < first.start for question in questions)
    return None if before or any(mark.level <= first.level for mark in others) else first


def _aside(page: Page, title: Mark | None) -> tuple[Token, ...]:
    """The tokens of the title, of tables of contents, and of entries that stand where a heading should."""
    ranges = [*page.contents.ranges, *page.lost, *([(title.start, title.stop)] if title else [])]
    return tuple(token for start, stop in ranges for token in page.tokens[start:stop])
