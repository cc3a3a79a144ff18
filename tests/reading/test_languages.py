"""What lines say in each language (tests/spec/languages.md), and that every language has its words and labels."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from exporter.reading.language import language
from exporter.reading.page import wording
from exporter.reading.page.vocabulary import SCRIPTS, languages
from exporter.reading.page.wording import Style

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "tests" / "spec" / "languages.md"
KINDS = {
    "contents": wording.is_contents,
    "answer": wording.is_answer_label,
    "role": wording.is_role,
    "epilogue": wording.is_epilogue,
    "summary": wording.is_summary,
    "placeholder": wording.is_placeholder,
    "hint": wording.is_hint,
    "extra": wording.is_extra,
    "unfold": wording.is_invitation,
    "top": wording.is_back_to_top,
    "Q:": wording.question_line,
    "A:": wording.answer_line,
}


def rows(heading: str) -> list[tuple[str, str]]:
    part = SPEC.read_text(encoding="utf-8").split(f"# {heading}\n")[1].split("\n# ")[0]
    found = re.findall(r"^\| (.+?) \| (.*?) ?\|$", part, re.MULTILINE)
    return [(line, meant) for line, meant in found[1:] if meant]


def said(line: str) -> str:
    """What a line is read as, in the words of the specification."""
    found = wording.read_wording(line)
    words = ["asks"] if wording.asks(line[found.cut :]) else []
    if found.style not in (Style.PLAIN, Style.LIST):
        words.append(f"{found.style} {found.number}".strip())
    words += [name for name, is_kind in KINDS.items() if is_kind(line)]
    words += filter(None, [wording.column_role(line)])
    return ", ".join(words) or "plain"


@pytest.mark.parametrize(("line", "meant"), rows("What lines say, language by language"))
def test_lines_are_read_in_every_language(line: str, meant: str) -> None:
    columns = {"front", "back", "language", "reading"}
    told = said(line)
    if not columns & set(meant.split(", ")):  # a table's head may be a label elsewhere
        told = ", ".join(word for word in told.split(", ") if word not in columns) or "plain"
    assert told == meant


@pytest.mark.parametrize(("text", "tag"), rows("The language of a text"))
def test_the_language_of_a_text(text: str, tag: str) -> None:
    assert language(text) == tag


ENGLISH = "# Networks\n\n## What is a protocol?\n\nA rulebook for programs that speak with each other over a wire.\n\n"
PARTS = {
    "ar": "## شبكات\n\n### ما هي الشبكة؟\n\nالشبكة هي مجموعة من الأجهزة المتصلة التي تتبادل البيانات فيما بينها.\n\n",
    "zh-CN": "## 网络\n\n### 什么是网络？\n\n网络是许多相连的设备，它们之间交换数据。\n\n",
    "ru": "## Сети\n\n### Что такое сеть?\n\nСеть это много устройств, которые обмениваются данными.\n\n",
}


@pytest.mark.parametrize("lang", PARTS)
def test_a_part_in_another_script_is_not_the_language_of_all(lang: str) -> None:
    assert language(2 * ENGLISH + PARTS[lang]) == "en"
    assert language(ENGLISH + 2 * PARTS[lang]) == lang
    mixed = PARTS[lang].replace(
        "\n\n#", " HTTP, TCP and the Border Gateway Protocol of the Internet Engineering Task Force\n\n#"
    )
    assert language(mixed) == lang


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("1. Capital of France?\nC) Lyon\nD) Nice\nAnswer: C\n\n2. Smallest prime?\nC. 1\nD. 2\nAnswer: D\n", "en"),
        ("1. Capital of Spain?\nA) La Paz\nB) El Paso\nC) Las Palmas\nD) Madrid\nAnswer: D\n", "en"),
        ("1. Hauptstadt von Italien?\na) Roma\nb) La Spezia\nAntwort: a\n", "de"),
        ("1. Capitale de l'Italie ?\na) Rome\nb) Milan\nRéponse : a\n", "fr"),
        ("1. Stolica Francji?\na) Nice\nb) Le Havre\nOdpowiedź: b\n", "pl"),
    ],
)
def test_options_and_names_are_no_language_and_labels_are(text: str, tag: str) -> None:
    assert language(text) == tag


def test_code_and_addresses_do_not_tell_a_language() -> None:
    code = "```\n" + "the house of the king is in the garden and it was not there\n" * 20 + "```\n"
    assert language(f"Der Satz steht nicht in der Datei, und das ist gut.\n\n{code}") == "de"


def test_every_language_has_words_of_every_kind() -> None:
    kinds = {"question", "answer", "answer_line", "contents", "epilogue", "summary", "role", "placeholder", "hint", "extra",
             "unfold", "back_to_top", "introduces", "true", "false"}  # fmt: skip
    assert len(languages()) == 30
    for tag, table in languages().items():
        assert table["script"] in SCRIPTS, tag
        assert kinds <= table["labels"].keys(), tag
        assert {"chapter", "chapter_counted"} & table["labels"].keys(), tag
        assert table["columns"].keys() == {"front", "back", "language", "reading"}, tag


@pytest.mark.parametrize("form", ["anki", "handout"])
def test_every_language_has_the_words_that_cards_and_pages_add(form: str) -> None:
    tables = tomllib.loads((ROOT / "templates" / form / "labels.toml").read_text(encoding="utf-8"))
    known = {
        name: word
        for name, word in tables["en"].items()
        if not name.startswith(("test_", "duplex_", "ruler", "decimal"))
    }
    assert languages().keys() <= tables.keys()
    for tag, words in tables.items():
        assert words.keys() <= tables["en"].keys(), tag
        assert known.keys() <= words.keys(), tag
        assert all(word.count("{}") == known[name].count("{}") for name, word in words.items() if name in known), tag


def test_help_loads_no_words() -> None:
    look = "import sys; from exporter.cli import main; main(['--help'], standalone_mode=False); "
    look += "print([name for name in sys.modules if 'vocabulary' in name])"
    shown = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"
