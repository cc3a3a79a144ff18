"""The test for a class: what a sheet shows and what it never does, versions, points, the key."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest

from exporter.machinery.html_text import Html
from exporter.model import Body
from exporter.print.pages.gaps import gap_texts
from exporter.print.pages.mixed_options import explains_letters, mix_options, stays_last
from exporter.print.pages.test_parts import is_part
from exporter.print.pages.test_points import share_points
from exporter.print.pages.test_tasks import _offers, is_asked
from exporter.reading.markdown import plain_text
from exporter.reading.page.vocabulary import languages
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
    _, book = book_of(root)
    assert list(share_points(book.chapters[0], 1).values()) == [2, 5, 20, 4]


@pytest.mark.parametrize(
    ("heading", "titles", "points"),
    [
        ("Part A (20 points)", ["Why?", "How?"], [10, 10]),
        ("Part A (10 points)", ["Why?", "How?", "When?"], [4, 3, 3]),
        ("Part A (5 points)", ["Why?", "How?"], [2.5, 2.5]),
        ("Part A [10 marks]", ["Why? (4 points)", "How?"], [4, 6]),
        ("Part A (10 points)", ["Why? (9 points)", "How?", "When?"], [9, 1, 1]),
        ("Parte A (cada una 1,5 puntos)", ["(0,5 puntos) Why?", "How?"], [0.5, 1.5]),
        ("一、选择题（本大题共2小题，每小题3分，共6分）", ["Why?", "How?"], [3, 3]),
        ("Part A (10 points)", ["Why? (4 points)", "How? (5 points)"], [4, 5]),
        ("Part A", ["Why? [3 marks]", "How?"], [3, 1]),
    ],
)
def test_points_of_a_part_are_shared(deck: Deck, heading: str, titles: list[str], points: list[float]) -> None:
    notes = "".join(f"### {number}. {title}\n\nSo {number}.\n\n" for number, title in enumerate(titles, 1))
    files = {
        "deck.toml": 'name = "e"\n\n[questions]\n"*.md" = "h3"\n',
        "source/a.md": f"# Exam\n\n## {heading}\n\n{notes}",
    }
    _, book = book_of(deck(files))
    assert list(share_points(book.chapters[0], 1).values()) == points


def test_points_stand_in_the_label_of_a_question(deck: Deck) -> None:
    notes = "**Aufgabe 1 (3 Punkte):** Was ist Zins?\n\nLösung: Preis\n\n**Aufgabe 2 (5 Punkte):** Was ist Geld?\n\nLösung: Mittel\n"
    _, book = book_of(deck({"source/a.md": notes}))
    assert list(share_points(book.chapters[0], 1).values()) == [3, 5]


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
    assert all(mix_options(card.front, "ABC", random.Random(seed)).tokens == card.front.tokens for seed in range(5))  # noqa: S311
    free = replace_text(card.front)
    assert any(mix_options(free, "ABC", random.Random(seed)).tokens != free.tokens for seed in range(5))  # noqa: S311


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
    "option",
    [
        "All of the above",
        "Alle oben genannten",
        "Alle der genannten",
        "以上都是",
        "جميع ما سبق",
        "Wszystkie odpowiedzi",
        "Yukarıdakilerin hepsi",
        "ถูกทุกข้อ",
        "Усі відповіді",
    ],
)
def test_an_option_for_all_others_stays_last(option: str) -> None:
    assert stays_last().match(option)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ordne die Städte den Ländern zu", "match"), ("连线：协议与端口", "match"), ("صِل بين البروتوكول والمنفذ", "match"),
        ("Bringe in die richtige Reihenfolge", "order"), ("把下列步骤按顺序排列", "order"), ("رتّب الخطوات", "order"),
    ],
)  # fmt: skip
def test_tasks_say_what_they_are_in_many_languages(words: str, kind: Literal["match", "order"]) -> None:
    assert is_asked(kind, Html(words))


EXAM = """# Final exam

Nothing but a pen.

## Part A: Multiple choice (1,5 points each)

Choose the best answer.

1. Which protocol is reliable?
   a) UDP
   b) TCP
   c) IP

2. Which layer does routing?
   a) Physical
   b) Network
   c) Transport

3. Which port is that of HTTPS?
   a) 80
   b) 443
   c) 22

## Part B: True or false

4. UDP shakes hands. True / False

5. TCP is reliable. True / False

## Part C: Words (10 points)

6. What is a frame?

7. What is a packet? (4 points)

## Answer Key

1. b
2. b
3. b
4. False
5. True
6. What a link carries.
7. What a network carries.
"""


def test_parts_keep_their_headings_and_their_questions(run: Run, deck: Deck) -> None:
    made = make(run, deck({"a.md": EXAM}), "--versions", "A,B,C")
    orders = set()
    for version in "ABC":
        lines = [line.strip() for line in made[version].splitlines()]
        heads = [number for number, line in enumerate(lines) if line.startswith("Part ")]
        assert [lines[head].split(":")[0] for head in heads] == ["Part A", "Part B", "Part C"]
        assert "(10 points)" not in made[version]
        parts = [" ".join(lines[head:end]) for head, end in zip(heads, [*heads[1:], len(lines)], strict=True)]
        for part, words, points in zip(
            parts,
            (("reliable?", "HTTPS"), ("UDP shakes", "TCP is"), ("frame", "packet")),
            ("4.5", "2", "10"),
            strict=True,
        ):
            assert all(word in part for word in words), part
            assert f"___ / {points}" in made[version]
        assert sorted(map(int, re.findall(r"^(\d) [A-Z]", made[version], re.MULTILINE))) == [*range(1, 8)]
        orders.add(made[version].index("reliable?") < made[version].index("HTTPS"))
        assert "/ 16.5" in made[version]
        assert "Choose the best answer." not in made[version]
    assert orders == {True, False}


def test_the_key_says_what_is_right_and_letters_are_those_of_the_notes(run: Run, deck: Deck) -> None:
    notes = "# T\n\n## Which city?\n\nа) Minsk\nб) Sofia\nв) Kyiv\n\nAnswer: б\n\n## Which two?\n\nа) x\nб) y\nв) z\n\nAnswer: а, в\n"
    made = make(run, deck({"a.md": notes}), "--versions", "A,B", "--bubbles")
    assert re.search(r"1\s*а\s*б\s*в", made["A"].partition("End of test")[2])
    key = " ".join(made["key"].split())
    assert re.search(r"A [12]: [абв] B [12]: [абв] Sofia", key)
    assert re.search(r"A [12]: [абв], [абв]", key)


def test_true_and_false_are_ticked(run: Run, deck: Deck) -> None:
    made = make(run, deck({"a.md": EXAM}), "--versions", "A,B", "--bubbles")
    for version in "AB":
        assert (
            len(re.findall(r"^\s*True\s+False\s*$", made[version].replace("True\nFalse", "True False"), re.MULTILINE))
            == 2
        )
        number = re.search(r"^(\d) UDP shakes hands\.", made[version], re.MULTILINE)
        assert number
        assert f"{version} {number[1]}: False" in " ".join(made["key"].split())
        assert re.search(rf"{number[1]}\s*T\s*F", made[version].partition("End of test")[2])


def test_introductions_and_headings_by_setting(run: Run, deck: Deck) -> None:
    def sheet(settings: str) -> str:
        return make(run, deck({"deck.toml": f'name = "e"\n\n[print.test]\n{settings}\n', "source/a.md": EXAM}))[""]

    shown = sheet("introductions = true")
    assert shown.index("Part A") < shown.index("Choose the best answer.") < shown.index("reliable?")
    assert "Part A" not in sheet('headings = "none"')


def test_topics_of_notes_are_no_parts(run: Run, deck: Deck) -> None:
    notes = "# Notes\n\n## TCP\n\n### What shakes hands?\n\nTCP.\n\n## UDP\n\n### What does not?\n\nUDP.\n"
    files = {"deck.toml": 'name = "e"\n\n[questions]\n"*.md" = "h3"\n', "source/a.md": notes}
    assert not re.search(r"^(TCP|UDP)", make(run, deck(files))[""], re.MULTILINE)
    files["deck.toml"] += '\n[print.test]\nheadings = "all"\n'
    assert re.search(r"^TCP", make(run, deck(files))[""], re.MULTILINE)


@pytest.mark.parametrize(
    "heading",
    [
        "Teil B: Offene Fragen",
        "Sección II",
        "第二部分 阅读理解",
        "二、填空题",
        "QCM",
        "Часть 2",
        "القسم الثاني",
        "Essay (20 marks)",
        "2. Bölüm",
        "Bagian 1",
        "भाग 2",
        "Výběr z možností (5 bodů)",
    ],
)
def test_headings_of_exams(heading: str) -> None:
    assert is_part(heading)


@pytest.mark.parametrize("tag", languages())
def test_a_language_says_in_its_file_how_its_exams_are_read(tag: str) -> None:
    said = languages()[tag]["exam"]
    assert {"points", "part", "kind", "last", "letter", "match", "order", "and", "or"} <= set(said)
    assert all(re.compile(entry.replace("{}", "")) for entries in said.values() for entry in entries)


@pytest.mark.parametrize("heading", ["一、集合", "TCP", "Part of speech", "Die Teile des Motors", "Select and order"])
def test_headings_of_notes(heading: str) -> None:
    assert not is_part(heading)


@pytest.mark.parametrize(
    "question",
    ["Es regnet. (richtig / falsch)", "地球是圆的。（对/错）", "Il pleut. Vrai ou faux ?", "It rains. T / F", "Rain: □ True □ False",
     "True or false: it rains", "Llueve. V/F", "نعم أو لا: تمطر"],
)  # fmt: skip
def test_true_and_false_in_many_languages(question: str) -> None:
    assert _offers().search(question)


def test_options_stay_where_the_answer_names_their_letters(deck: Deck) -> None:
    notes = "# A\n\n## Which?\n\n- [ ] one\n- [x] two\n- [ ] three\n\n{}\n"
    for answer, named in (("Option B is what counts.", True), ("B项错误。", True), ("A plan is needed.", False)):
        _, book = book_of(deck({"a.md": notes.format(answer)}))
        assert explains_letters(book.chapters[0].cards[0].back, "ABC") == named, answer
