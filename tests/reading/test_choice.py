"""The choice among explanations: what it says of itself, the rules that pin it, and that fitting it learns."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from exporter.reading.questions import is_rule

from .test_dialects import SPEC, read

FIT = Path(__file__).parents[2] / "tools" / "fit_detection.py"
WEIGHTS = Path(__file__).parents[2] / "exporter" / "reading" / "detection" / "weights.json"
GLOSSARY = "# Glossary of networks\n\n" + "\n".join(
    f"- **Term {number}**: what it means is said here, in a sentence of some length.\n" for number in range(8)
)
TEXTBOOK = "# Plants\n\n" + "\n".join(
    f"## {part}\n\n"
    + "".join(
        f"### {topic}\n\n{topic} is what a chapter of a school book says in two or three lines. {part}.\n\n"
        for topic in topics
    )
    for part, topics in (
        ("Water", ("Osmosis", "Turgor", "Transpiration")),
        ("Light", ("Photosynthesis", "Chlorophyll", "Phototropism")),
        ("Growth", ("Meristems", "Hormones", "Dormancy")),
    )
)
INTERVIEW = "# Interview\n\n" + "\n".join(
    f"## {number}. What is number {number}?\n\nIt is what comes behind {number - 1}, and before the next.\n"
    for number in range(1, 12)
)


def test_each_alternative_names_the_rule_that_pins_it():
    decision = read(GLOSSARY).value.decision
    assert decision.decided_by == "choice"
    assert len(decision.alternatives) > 1
    for alternative in decision.alternatives:
        assert is_rule(alternative.rule), alternative
        pinned = read(GLOSSARY, alternative.rule).value
        assert sum(hasattr(item, "front") for item in pinned.items) == alternative.count


def test_questions_that_ask_and_cover_the_file_are_sure():
    decision = read(INTERVIEW).value.decision
    assert decision.decided_by == "numbering"
    assert decision.sure
    assert decision.alternatives[0].count == 11
    assert decision.alternatives[0].fronts == ("What is number 1?", "What is number 2?", "What is number 3?")


def test_a_learned_choice_is_sure_where_no_other_comes_near():
    decision = read(TEXTBOOK).value.decision
    assert decision.decided_by == "choice"
    assert decision.sure
    near = read(TEXTBOOK.replace("### ", "#### ", 2)).value.decision
    assert near.confidence < decision.confidence


def test_a_rule_of_the_author_is_sure():
    decision = read(GLOSSARY, "list").value.decision
    assert decision.decided_by == "rule"
    assert decision.sure


@pytest.mark.parametrize(
    "rule", ["h3", "h2-h4", "h3?", "h2+table", "bold", "list:1:bulleted", "table!", "h2+card-tags"]
)
def test_names_of_rules_are_taken(rule: str):
    assert is_rule(rule)


@pytest.mark.parametrize("rule", ["h7", "tables", "h2+", "+", "", "list and table"])
def test_other_names_are_not(rule: str):
    assert not is_rule(rule)


def test_the_weights_are_small_and_readable():
    assert WEIGHTS.stat().st_size < 25_000
    assert set(json.loads(WEIGHTS.read_text(encoding="utf-8"))) == {"traits", "features", "notes"}


def test_fitting_learns(tmp_path: Path):
    pytest.importorskip("numpy")
    spec = importlib.util.spec_from_file_location("fit_detection", FIT)
    assert spec
    assert spec.loader
    fit = importlib.util.module_from_spec(spec)
    sys.modules["fit_detection"] = fit
    spec.loader.exec_module(fit)
    labels = _made_up(tmp_path)
    files = fit.load(labels, 4)
    weights = fit.fit_all(files)
    right = sum(file.got[1:] == (0, 0) for file in files)
    assert right >= 0.8 * len(files)
    assert all(weights.values())


def _made_up(folder: Path) -> Path:
    """Textbooks whose third-level headings are topics, glossaries, and pages of projects."""
    lines: list[str] = []
    for number in range(12):
        topics = "".join(
            f"## Part {part}\n\n### Topic {part} of {number}\n\n{'What it is takes a sentence or two to say. ' * 2}\n\n"
            for part in range(3 + number % 4)
        )
        terms = "".join(
            f"- **Word {n}**: its meaning in the book {number}, in one line.\n" for n in range(4 + number % 3)
        )
        project = "".join(
            f"## {name}\n\nPlease see https://example.org for what you need, and join us.\n\n"
            for name in ("Installation", "Usage", "Contributing", "License")
        )
        for kind, text in (
            ("book", f"# Book\n\n{topics}"),
            ("words", f"# Words\n\n{terms}"),
            ("page", f"# App\n\n{project}"),
        ):
            path = folder / "files" / f"made+{kind}{number}" / "notes.md"
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            sign = {"book": "### ", "words": "- **", "page": "no card"}[kind]
            cards = [[at, line] for at, line in enumerate(text.split("\n"), 1) if line.startswith(sign)]
            lines.append(json.dumps({"repo": f"made/{kind}{number}", "path": "notes.md", "cards": cards}))
    labels = folder / "labels.jsonl"
    labels.write_text("\n".join(lines), encoding="utf-8")
    return labels


def test_every_form_has_a_case():
    text = (SPEC / "forms.md").read_text(encoding="utf-8")
    for words in ("rows of the tables", "list items", "definitions", "deepest headings"):
        assert words in text


def test_a_short_table_is_read_and_worth_a_look():
    decision = read("# Drinks\n\n| Drink | Price |\n|---|---|\n| Tea | 2.40 |\n| Juice | 3.20 |\n").value.decision
    assert decision.alternatives[0].count == 2
    assert not decision.sure


def test_short_notes_in_any_script_are_read():
    topics = {
        "死锁": "多个进程互相等待对方占有的资源。",
        "分页": "把内存分成大小相同的块。",
        "中断": "处理器暂停当前程序。",
    }
    text = "# 操作系统\n\n" + "\n".join(f"## {topic}\n{words}\n" for topic, words in topics.items())
    assert read(text).value.decision.alternatives[0].count == 3
