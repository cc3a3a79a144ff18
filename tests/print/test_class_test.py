"""The test for a class: what a sheet shows and what it never does, versions, points, the key."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pypdfium2
import pytest

from exporter.model import Body
from exporter.print.pages.class_test import _STAYS_LAST, mix_options, points_of
from exporter.print.pages.gaps import gap_texts
from exporter.print.pages.test_tasks import _MATCH, _ORDER
from exporter.reading.markdown import plain_text
from tests.command import Result
from tests.conftest import Deck, Run
from tests.print.test_print import book_of, build
from tests.printed import page_texts, render

NOTES = """# Unit 3

## 1. What is a protocol? (3 points)

A rulebook for programs.

## 2. Which is reliable?

- [ ] UDP
- [x] TCP
- [ ] IP
- [ ] All of the above

## 3. The {{c1::transport}} layer is above the {{c2::network or internet layer}}.

## 4. True or false: UDP shakes hands?

- [ ] True
- [x] False

## 5. Which ports are known? (2 Punkte)

- [x] 80
- [x] 443
- [ ] 50001
- [ ] 61000

## 6. What is a frame?

What a link carries.

## 7. What is a packet?

What a network carries.
"""


def unit(deck: Deck) -> Path:
    return deck({"deck.toml": 'name = "unit"\n\n[questions]\n"*.md" = "h2"\n', "source/a.md": NOTES})


def make(run: Run, root: Path, *arguments: str) -> dict[str, str]:
    """The text of each PDF of a test, by the end of its name."""
    result: Result = run("test", root, "-o", root / "out", *arguments)
    assert result.returncode == 0, result.stderr
    files = sorted((root / "out").glob("*.pdf"))
    return {file.stem.partition("-test")[2].lstrip("-"): "\n".join(page_texts(file)) for file in files}


def questions(sheet: str) -> dict[str, str]:
    """How the questions of a sheet begin, by number."""
    return {
        number: " ".join(text.partition(" ___")[0].split()[:4])
        for number, text in re.findall(r"^(\d)\s?([A-Z].*)$", sheet, re.MULTILINE)
    }


def test_a_sheet_has_a_head_and_points_and_no_answer(run: Run, deck: Deck) -> None:
    made = make(run, unit(deck))
    assert set(made) == {"", "key"}
    sheet = made[""]
    for word in ("Name", "Class", "Date", "Points", "/ 10", "End of test"):
        assert word in sheet
    assert sorted(re.findall(r"___ / (\d)", sheet)) == ["1", "1", "1", "1", "1", "2", "3"]
    assert "(3 points)" not in sheet
    for word in ("rulebook", "Answer", "Right", "transport"):
        assert word not in sheet
    for word in ("rulebook", "transport", "network or internet layer"):
        assert word in made["key"]
    assert next(iter(questions(sheet).values())).startswith("What is a protocol?")


def test_versions_are_shuffled_alike_each_time_and_the_key_knows_them_all(run: Run, deck: Deck) -> None:
    root = unit(deck)
    made = make(run, root, "--versions", "A,B,C", "--seed", "5")
    assert set(made) == {"A", "B", "C", "key"}
    orders = {name: list(questions(made[name]).values()) for name in "ABC"}
    assert len({tuple(order) for order in orders.values()}) > 1
    assert len({frozenset(order) for order in orders.values()}) == 1
    assert make(run, root, "--versions", "A,B,C", "--seed", "5") == made
    assert make(run, root, "--versions", "A,B,C", "--seed", "6") != made
    for name in "ABC":
        options = re.findall(r"^(?:[A-D]\.\s*)?(UDP|TCP|IP|All of the above)\s*$", made[name], re.MULTILINE)
        assert options[-1] == "All of the above"
        right = "ABCD"[options.index("TCP")]
        number = next(number for number, text in questions(made[name]).items() if text.startswith("Which is reliable"))
        assert f"{name} {number}: {right}" in made["key"]
    assert "→ 1, 2, 3: Answers" in made["key"]


SECTIONS = """# Exam

## Part A (2 points each)

### 1. What is a frame?

What a link carries.

### 2. What is a packet? (5 points)

What a network carries.

## Part B (20 points)

### 3. What is a port?

A number.

## Teil C (je 4 Punkte)

### 4. What is a socket?

An end.
"""


def test_a_heading_says_what_each_of_its_questions_is_worth(deck: Deck) -> None:
    root = deck({"deck.toml": 'name = "exam"\n\n[questions]\n"*.md" = "h3"\n', "source/a.md": SECTIONS})
    config, book = book_of(root)
    assert [points_of(card, config) for chapter in book.chapters for card in chapter.cards] == [2, 5, 1, 4]


def test_the_letter_of_a_version_is_on_each_page(run: Run, deck: Deck) -> None:
    many = "".join(f"## {n}. What is {n}?\n\n{'long answer ' * 30}\n\n" for n in range(1, 20))
    root = deck({"a.md": f"# Many\n\n{many}"})
    run("test", root, "-o", root / "out", "--versions", "A,B")
    texts = page_texts(root / "out" / f"{root.name}-test-B.pdf")
    assert len(texts) > 1
    assert all("Version B" in text and "Name" in text for text in texts[1:])


def test_room_to_write_by_setting(run: Run, deck: Deck) -> None:
    root = unit(deck)
    for space, is_drawn in (("ruled", True), ("grid", True), ("box", True), ("none", False)):
        run("test", root, "-o", root / "out", "--space", space)
        page = render(root / "out" / "unit-test.pdf", 0, 150).convert("L")
        rows = (page.crop((0, y, page.width, y + 1)).histogram() for y in range(330, 1650))
        assert any(sum(row[:150]) > 600 for row in rows) == is_drawn, space


def test_a_name_of_a_version_is_part_of_a_file_name(run: Run, deck: Deck) -> None:
    result = run("test", unit(deck), "--versions", "A,../B")
    assert result.returncode == 2
    assert '"../B" is no name' in result.stderr


def test_options_that_name_each_other_keep_their_place(deck: Deck) -> None:
    notes = "# A\n\n## Which?\n\n- [ ] one\n- [x] two\n- [ ] three\n- [ ] A and B\n"
    _, book = book_of(deck({"a.md": notes}))
    (card,) = book.chapters[0].cards
    assert all(mix_options(card.front, random.Random(seed)).tokens == card.front.tokens for seed in range(5))  # noqa: S311
    free = replace_text(card.front)
    assert any(mix_options(free, random.Random(seed)).tokens != free.tokens for seed in range(5))  # noqa: S311


def replace_text(front: Body) -> Body:
    """The same question without the option that names others."""
    end = max(i for i, token in enumerate(front.tokens) if "correct" in token.meta)
    close = next(i for i in range(end, len(front.tokens)) if front.tokens[i].type == "list_item_close")
    return Body((*front.tokens[:end], *front.tokens[close + 1 :]), "", front.span)


def test_a_gap_is_as_long_as_what_stands_in_it(deck: Deck) -> None:
    _, book = book_of(unit(deck))
    card = next(card for card in book.chapters[0].cards if "transport" in plain_text(card.front.tokens))
    assert gap_texts(card.front.tokens) == ["transport", "network or internet layer"]


def test_a_question_longer_than_a_page_begins_on_the_first(run: Run, deck: Deck) -> None:
    code = "\n".join(f"line{n} = {n}" for n in range(60))
    notes = f"# A\n\n## 1. What does it print?\n\n```python\n{code}\n```\n\n<!-- answer -->\n\nNothing.\n"
    assert "line1 =" in page_texts(build(run, deck({"a.md": notes}), only="quiz"))[0]


@pytest.mark.parametrize(("name", "command"), [("exam", "test"), ("quiz", "build --only quiz"), ("preview", "watch")])
def test_another_name_for_a_command_says_which_it_is(run: Run, name: str, command: str) -> None:
    result = run(name)
    assert result.returncode == 2
    assert f'"make-deck {command}"' in result.stderr


def test_a_sheet_from_right_to_left_has_its_points_at_the_left(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "# شبكات\n\n## 1. ما هي الشبكة؟\n\nأجهزة.\n\n## 2. ما هي الذاكرة؟\n\nمخزن.\n"})
    run("test", root, "-o", root / "out")
    page = pypdfium2.PdfDocument(root / "out" / f"{root.name}-test.pdf")[0]
    text = page.get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    points = [box for box in boxes if "___" in text.get_text_bounded(*box) and box[1] > 100]
    assert points
    assert all(box[2] < page.get_size()[0] / 2 for box in points)


TASKS = """# Unit

## Match the terms to what they are.

| Term | Meaning |
|---|---|
| TCP | reliable |
| UDP | fast |
| IP | routing |

## Put the steps in order.

1. SYN
2. SYN-ACK
3. ACK

## Which is reliable?

- [ ] UDP
- [x] TCP
- [ ] IP
"""


def task_deck(deck: Deck) -> Path:
    return deck({"deck.toml": 'name = "unit"\n\n[questions]\n"*.md" = "h2"\n', "source/a.md": TASKS})


def test_matching_and_order_are_solved_by_the_key(run: Run, deck: Deck) -> None:
    made = make(run, task_deck(deck), "--versions", "A,B")
    for version in "AB":
        sheet = made[version]
        letters = dict(re.findall(r"^\s*([ABC])\s+(reliable|fast|routing)", sheet, re.MULTILINE)) or dict(
            re.findall(r"\b([ABC])\s+(reliable|fast|routing)", sheet)
        )
        assert set(letters.values()) == {"reliable", "fast", "routing"}
        place = {meaning: letter for letter, meaning in letters.items()}
        right = f"1 {place['reliable']}, 2 {place['fast']}, 3 {place['routing']}"
        assert right in " ".join(made["key"].split())
        steps = re.findall(r"SYN-ACK|SYN|ACK", sheet)
        order = ", ".join(str(["SYN", "SYN-ACK", "ACK"].index(step) + 1) for step in steps)
        assert order in " ".join(made["key"].split())
        assert steps != ["SYN", "SYN-ACK", "ACK"]


def test_a_sheet_without_versions_is_mixed_too(run: Run, deck: Deck) -> None:
    made = make(run, task_deck(deck))
    assert re.findall(r"SYN-ACK|SYN|ACK", made[""]) != ["SYN", "SYN-ACK", "ACK"]
    assert re.search(r"1 [ABC], 2 [ABC], 3 [ABC]", " ".join(made["key"].split()))


def test_circles_for_options(run: Run, deck: Deck) -> None:
    root = task_deck(deck)
    with_circles, without = (make(run, root, "--versions", "A", *more)["A"] for more in (("--bubbles",), ()))
    assert with_circles.count("Name") > without.count("Name")
    assert re.search(r"\d\s*A\s*B\s*C", with_circles.partition("End of test")[2])


@pytest.mark.parametrize(
    "option", ["All of the above", "Alle oben genannten", "Alle der genannten", "以上都是", "جميع ما سبق"]
)
def test_an_option_for_all_others_stays_last(option: str) -> None:
    assert _STAYS_LAST.match(option)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ordne die Städte den Ländern zu", _MATCH), ("连线：协议与端口", _MATCH), ("صِل بين البروتوكول والمنفذ", _MATCH),
        ("Bringe in die richtige Reihenfolge", _ORDER), ("把下列步骤按顺序排列", _ORDER), ("رتّب الخطوات", _ORDER),
    ],
)  # fmt: skip
def test_tasks_say_what_they_are_in_many_languages(words: str, kind: re.Pattern[str]) -> None:
    assert kind.search(words)
