"""Nothing is lost, nothing is altered: notes made of all forms, on cards and on pages; and real ones."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporter.machinery.html_text import escape
from exporter.markup.html import Target, render_body
from exporter.model import Accounts, Card
from exporter.reading.conservation import account
from exporter.reading.markdown import parse
from exporter.reading.questions import Document, Reading, read_document
from exporter.reading.references import bodies_of
from exporter.source import SourceFile, decode

WORD = st.from_regex(r"[a-zäé][a-z]{2,7}", fullmatch=True)
WORDS = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
CODE = st.lists(
    st.sampled_from(["x = 1", "\tif a < b:", "print('%% <b>')", "", "$ ls", "{{c}}", "id:: 5"]), min_size=1, max_size=4
)
BLOCK = st.one_of(
    WORDS.map(lambda words: f"{words.capitalize()}."),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(WORDS, min_size=1, max_size=3).map(
        lambda items: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 3))
    ),
    CODE.map(lambda lines: "```py\nstart\n" + "\n".join(lines) + "\nend\n```"),
    WORDS.map(lambda words: f"> {words}"),
    WORDS.map(lambda words: f"> [!note] {words}\n> {words}"),
    WORDS.map(lambda words: f"| a | b |\n|---|---|\n| {words} | `{words}` |"),
    WORD.map(lambda word: f"Then $x_{{{word}}}^2$ holds."),
    WORD.map(lambda word: f"![{word}]({word}.png)"),
    WORDS.map(lambda words: f"<details>\n<summary>{words}</summary>\n\n{words}\n\n</details>"),
    WORDS.map(lambda words: f"**{words}**: [{words}](https://example.org/{len(words)})"),
)
BLOCKS = st.lists(BLOCK, min_size=1, max_size=4).map("\n\n".join)
QUESTION = st.one_of(
    st.tuples(WORDS, BLOCKS).map(lambda made: f"## What is {made[0]}?\n\n{made[1]}"),
    st.tuples(WORDS, BLOCKS).map(lambda made: f"## 1. What is {made[0]}?\n\n{made[1]}"),
    st.tuples(WORDS, BLOCKS).map(lambda made: f"## {made[0].capitalize()}\n\n{made[1]}"),
    st.tuples(WORDS, WORDS).map(lambda made: f"Q: {made[0]}\nA: {made[1]}"),
    st.tuples(WORDS, BLOCKS).map(lambda made: f"**Why {made[0]}?**\n\n{made[1]}"),
    st.tuples(WORDS, WORDS).map(lambda made: f"> [!question] {made[0]}?\n> {made[1]}"),
)
NOTES = st.lists(st.one_of(QUESTION, BLOCKS), min_size=1, max_size=6).map(
    lambda parts: "# Title\n\n" + "\n\n".join(parts) + "\n"
)

PLAIN = Target(
    lambda _: None,
    lambda found: found.name,
    lambda tex, _: escape(tex),
    lambda _: None,
)


def read(text: str) -> tuple[SourceFile, Reading, Accounts]:
    source = SourceFile.from_text("notes.md", Path("notes.md"), text)
    parsed = parse(source)
    reading = read_document(Document(source, parsed.value)).value
    return source, reading, account(source, parsed.value, reading.items, reading.aside)[0]


def shown(reading: Reading) -> str:
    """The text of all cards and pages, as a reader sees it."""
    bodies = [
        body for item in reading.items for body in (*bodies_of(item), *([item.title] if hasattr(item, "level") else []))
    ]
    return html.unescape(re.sub(r"<[^>]+>", "", "\n".join(render_body(body, PLAIN) for body in bodies)))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(NOTES)
def test_each_piece_of_made_up_notes_is_somewhere_as_it_was_written(text: str) -> None:
    _, reading, accounts = read(text)
    assert accounts.pieces == ()
    seen = shown(reading)
    bare = re.sub(r"^# Title$|\]\([^)]*\)|^```py$|\[!\w+\]|</?\w+>", "", text, flags=re.MULTILINE)
    words = set(re.findall(r"[a-zäé]{3,8}", bare.lower()))
    assert {word for word in words if word not in seen.lower()} == set()
    for code in re.findall(r"^```py\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL):
        assert code in seen


OPTIONS = st.lists(WORDS, min_size=2, max_size=4, unique=True)
LABEL = st.sampled_from(
    ["Answer: ", "**Answer:** ", "Correct answer: ", "The correct answer is: ", "答案：", "Lösung: "]
)
WHY = st.one_of(
    st.just(""),
    WORDS.map(", because {}".format),
    WORDS.map(" ({})".format),
    WORDS.map(". {}".format),
    WORDS.map(": {}".format),
    WORDS.map("\n\n{}".format),
    WORDS.map("\n{}".format),
    WORD.map(" ![{0}]({0}.png)".format),
    WORD.map(", since `{}`".format),
)


@st.composite
def choices(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A question with options and a line that says which is right, and the words of why."""
    options, why = draw(OPTIONS), draw(WHY)
    right = draw(st.integers(0, len(options) - 1))
    letter = "ABCD"[right]
    named = draw(
        st.sampled_from(
            [letter, f"{letter}.", f"{letter})", f"({letter})", f"{letter}) {options[right]}", options[right]]
        )
    )
    mark = draw(st.sampled_from(["{}. {}", "{}) {}", "- {}. {}"]))
    listed = "\n".join(mark.format("ABCD"[place], option) for place, option in enumerate(options))
    said = draw(LABEL) + named + why
    fold = draw(st.booleans())
    said = f"<details><summary>Answer</summary>\n\n{named}{why}\n\n</details>" if fold else said
    return f"## Which one is it?\n\n{listed}\n\n{said}\n\n## What else?\n\nNothing.\n", re.findall(r"[a-zäé]{3,}", why)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(choices())
def test_why_an_option_is_right_is_shown_or_named(made: tuple[str, list[str]]) -> None:
    """What says which option is right is no text of the card; each other word of it is."""
    text, why = made
    _, reading, accounts = read(text)
    seen = shown(reading)
    missing = [word for word in why if word not in seen and word not in ("because", "since")]
    assert not missing or accounts.pieces, text
    assert accounts.pieces == (), (text, accounts.pieces)


def test_what_is_cut_off_is_found_within_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a dialect lost words, the numbers of pieces alone would not tell."""
    monkeypatch.setattr("exporter.reading.dialects.multiple_choice.reason_start", lambda *_: 0)
    monkeypatch.setattr(
        "exporter.reading.dialects.multiple_choice._told",
        lambda line, _: tuple(child.copy(content="", meta=child.meta | {"told": child.content[:10]}) for child in line),
    )
    said = read("## Which?\n\nA. tea\nB. milk\n\nAnswer: B, because it is white\n")[2].pieces
    assert [piece.text for piece in said] == ["because it is white"]


@pytest.mark.slow
def test_each_piece_of_real_notes_is_on_a_card_or_a_page(corpus: Path) -> None:
    sums = {"cards": 0, "pages": 0, "lost": 0}
    for file in sorted(path for path in corpus.rglob("*.md") if path.is_file()):
        text = decode(file.read_bytes())
        if isinstance(text, str):
            accounts = read(text)[2]
            for name in sums:
                sums[name] += getattr(accounts, name)
    assert sums["cards"] > sums["pages"] > 0
    assert sums["lost"] < sums["cards"] / 1000


def test_the_sums_of_a_note() -> None:
    _, reading, accounts = read("# T\n\nSome words.\n\n## What is A?\n\nA letter.\n\n## What is B?\n\nAnother.\n")
    assert len([item for item in reading.items if isinstance(item, Card)]) == 2
    assert (accounts.cards, accounts.pages, accounts.lost) == (37, 11, 0)


def test_a_key_whose_answers_are_on_cards_is_no_introduction() -> None:
    key = "## Answers\n\n| No. | Answer | Why |\n|---|---|---|\n| 1 | b | it is white |\n| 2 | a | it is sweet |\n"
    notes = "# T\n\n1. Which is white?\n   a) tea\n   b) milk\n\n2. Which is sweet?\n   a) honey\n   b) salt\n\n"
    assert read(notes + key)[2].pages == 0
    assert read(notes + key + "| 3 | a | it is wet |\n")[2].pages > 0
