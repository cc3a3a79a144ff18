"""The dialects: the specification in tests/spec/dialects/, hand counts of real notes, and linear time."""

from __future__ import annotations

import csv
import re
import time
import tomllib
from pathlib import Path

import pytest

from exporter.config import DEFAULT_SIGNS, Config, SpacedRepetitionConfig
from exporter.diagnostics import Outcome
from exporter.model import Card, CardKind, LeftOut, Prose, Section
from exporter.reading.conservation import account
from exporter.reading.markdown import parse, plain_text
from exporter.reading.page.wording import fold
from exporter.reading.questions import RULES, Document, Reading, read_document
from exporter.source import SourceFile, decode
from tests.conftest import CORPUS, TESTS

SPEC = TESTS / "spec" / "dialects"
_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n.*?^~~~~ input(?: (?P<rule>\S+))?\n(?P<input>.*?)^~~~~\n"
    r".*?^~~~~ expected\n(?P<expected>.*?)^~~~~$",
    re.MULTILINE | re.DOTALL,
)


_SETTINGS = re.compile(r"^~~~~ settings\n(.*?)^~~~~$", re.MULTILINE | re.DOTALL)
"""What a case says under `[spaced_repetition]`."""


def read(
    text: str, rule: str = "auto", path: str = "notes.md", signs: SpacedRepetitionConfig = DEFAULT_SIGNS
) -> Outcome[Reading]:
    source = SourceFile.from_text(path, Path(path), text)
    return read_document(Document(source, parse(source, Config(spaced_repetition=signs)).value, signs), rule)


def signs_of(case: re.Match[str]) -> SpacedRepetitionConfig:
    settings = _SETTINGS.search(case[0])
    table = tomllib.loads(settings[1]) if settings else {}
    return SpacedRepetitionConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in table.items()})


def first_words(text: str, count: int = 32) -> str:
    text = " ".join(text.split())
    return text if len(text) <= count else text[: count - 1].rstrip() + "…"


def describe(item: Section | Prose | Card | LeftOut) -> str:
    match item:
        case Section():
            return f"section {item.level} | {item.text}"
        case Prose():
            return f"prose | {first_words(plain_text(item.body.tokens))}"
        case LeftOut():
            return f"left out | {item.text}: {item.reason}"
    kind = "" if item.kind is CardKind.BASIC else f" {item.kind}"
    number = f" {item.number}" if item.number else ""
    key = f" {{#{item.key}}}" if item.key else ""
    more = plain_text(item.front.tokens[3:])
    more = f" [{first_words(more)}]" if len(item.front.tokens) > 3 else ""
    answer = first_words(plain_text(item.back.tokens)) or ("(picture)" if item.back else "")
    tags = "".join(f" #{tag}" for tag in item.tags)
    return f"card{kind}{number} | {item.text}{key}{more}" + (f" -> {answer}" if answer else "") + tags


def render(outcome: Outcome[Reading]) -> str:
    reading = outcome.value
    title = [f"title | {reading.title}"] if reading.title else []
    found = [f"{d.span.line}:{d.span.col} {d.severity}[{d.code}]" for d in outcome.diagnostics]
    lang = [f"lang | {reading.lang}"] if reading.lang else []
    lines = [
        f"rule | {reading.rule}",
        *title,
        *lang,
        *map(describe, reading.items),
        *map(describe, reading.left_out),
        *(f"asks | {entry.text}: {entry.reason}" for entry in reading.asking),
        *found,
    ]
    return "".join(f"{line}\n" for line in lines)


def spec_cases():
    for path in sorted(SPEC.glob("*.md")):
        for case in _CASE.finditer(path.read_text(encoding="utf-8")):
            yield pytest.param(path, case, id=f"{path.stem}: {case['title']}")


@pytest.mark.parametrize(("path", "case"), spec_cases())
def test_specification(path, case, request):
    found = render(read(case["input"], case["rule"] or "auto", signs=signs_of(case)))
    if request.config.getoption("--rewrite"):
        old = case[0][: case.start("expected") - case.start()]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(case[0], f"{old}{found}~~~~"), encoding="utf-8")
        return
    assert found == case["expected"]


def truth():
    table = CORPUS / "TRUTH.tsv"
    if table.exists():
        with table.open(encoding="utf-8") as file:
            yield from csv.DictReader(file, delimiter="\t")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real notes is not here")
@pytest.mark.parametrize("row", [pytest.param(row, id=row["file"]) for row in truth()])
def test_real_notes_are_counted_as_by_hand(row):
    text = decode((CORPUS / row["file"]).read_bytes())
    reading = read(text, path=row["file"]).value
    cards = [item for item in reading.items if isinstance(item, Card) and item.kind is not CardKind.CLOZE]
    assert len(cards) == int(row["cards"])
    for card, expected in zip(cards[:1] + cards[-1:], (row["first question"], row["last question"]), strict=False):
        words = re.sub(r"^(?:Q\.|[\d.]+(?: 面试问题：)?|问题\d+：)\s*", "", expected).rstrip("…")
        assert fold(card.text).startswith(fold(words)[:40])


def test_every_rule_can_be_forced():
    text = "# Title\n\n## 1. What is tea?\n\nA drink.\n\nQ: Hot?\nA: Yes.\n"
    for rule in RULES:
        reading = read(text, rule).value
        assert reading.items


def dense(count: int) -> str:
    """Many questions in every dialect at once, unclosed folds and a long checklist."""
    one = (
        "## {0}. What is {0}?\n\nA number.\n\n**Why {0}?**\n\n- [ ] first {0}\n- [x] second [link](#{0})\n\n"
        "<details><summary>Where is {0}?</summary>\n\nThere.\n\nQ: How {0}?\nA: So.\n\n"
        "> [!question] When {0}?\n> Now.\n\n"
        '<a id="x{0}"></a>\n\n### Section {0}\n\n<!-- card -->\nText {0}\n\n'
    )
    return "".join(one.format(number) for number in range(1, count + 1))


def test_detection_is_linear():
    def seconds(count: int) -> float:
        source = SourceFile.from_text("notes.md", Path("notes.md"), dense(count))
        document = Document(source, parse(source).value)
        best = float("inf")
        for _ in range(3):
            start = time.thread_time()
            read_document(document)
            best = min(best, time.thread_time() - start)
        return best

    assert seconds(600) < 8 * seconds(150)


@pytest.mark.parametrize(("path", "case"), spec_cases())
def test_every_piece_is_on_a_card_on_a_page_or_named(path, case):
    source = SourceFile.from_text("notes.md", Path("notes.md"), case["input"])
    signs = signs_of(case)
    parsed = parse(source, Config(spaced_repetition=signs))
    reading = read_document(Document(source, parsed.value, signs), case["rule"] or "auto").value
    accounts, _ = account(source, parsed.value, reading.items, reading.aside)
    assert accounts.pieces == ()
