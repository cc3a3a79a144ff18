"""The dialects: the specification in tests/spec/dialects/, hand counts of real notes, and linear time."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest

from exporter.diagnostics import Outcome
from exporter.dialects import RULES, Document, Reading, read_document
from exporter.dialects.wording import fold
from exporter.markdown import parse, plain_text
from exporter.model import Card, CardKind, LeftOut, Prose, Section
from exporter.source import SourceFile, decode

SPEC = Path(__file__).parent / "spec" / "dialects"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_CASE = re.compile(
    r"^## (?P<title>.+?)\n.*?^~~~~ input(?: (?P<rule>\S+))?\n(?P<input>.*?)^~~~~\n.*?^~~~~ expected\n(?P<expected>.*?)^~~~~$",
    re.MULTILINE | re.DOTALL,
)


def read(text: str, rule: str = "auto", path: str = "notes.md") -> Outcome[Reading]:
    source = SourceFile.from_text(path, Path(path), text)
    return read_document(Document(source, parse(source).value), rule)


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
    return f"card{kind}{number} | {item.text}{key}{more}" + (f" -> {answer}" if answer else "")


def render(outcome: Outcome[Reading]) -> str:
    reading = outcome.value
    title = [f"title | {reading.title}"] if reading.title else []
    found = [f"{d.span.line}:{d.span.col} {d.severity}[{d.code}]" for d in outcome.diagnostics]
    lines = [f"rule | {reading.rule}", *title, *map(describe, reading.items), *map(describe, reading.left_out), *found]
    return "".join(f"{line}\n" for line in lines)


def spec_cases():
    for path in sorted(SPEC.glob("*.md")):
        for match in _CASE.finditer(path.read_text(encoding="utf-8")):
            yield pytest.param(match["input"], match["rule"] or "auto", match["expected"], id=f"{path.stem}: {match['title']}")


@pytest.mark.parametrize(("text", "rule", "expected"), spec_cases())
def test_specification(text, rule, expected):
    assert render(read(text, rule)) == expected


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
        words = re.sub(r"^(?:Q\.|[\d.]+(?: 面试问题：)?)\s*", "", expected).rstrip("…")
        assert fold(card.text).startswith(fold(words)[:40])
