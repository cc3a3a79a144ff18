"""What the rules find is sure by what a reader sees, whatever the learned numbers say of another reading."""

from __future__ import annotations

import pytest

from exporter.model import Card
from exporter.reading.detection.choice import SURE

from .test_dialects import read

TOOLS = {
    "obsidian-sr": (
        4,
        """\
---
tags: [flashcards]
---
# Cell biology

Mitochondrion::Makes most of the ATP of a cell.
Ribosome:::Builds proteins from RNA

What is the role of the Golgi apparatus?
?
It sorts and packs proteins.
Then it sends them where they are needed.

The nucleus
??
Holds the DNA
""",
    ),
    "obsidian-sr-cloze": (
        2,
        """\
#flashcards/history

# Rome

The Republic began in ==509 BC== when the last king was driven out.

The first emperor was **Augustus**, who ruled from {{27 BC}}.
""",
    ),
    "obsidian-to-anki": (
        2,
        """\
# Chemistry

The mole is a unit of amount. It is used everywhere in chemistry and will come up in every exam that you write.

START
Basic
What is Avogadro's number?
Back: 6.022e23 per mole
Tags: chem
END

STARTI [Basic] What is molarity? Back: Moles per litre ENDI
""",
    ),
    "flashcards-obsidian": (
        3,
        """\
# Networks

## What does DNS do? #card
It turns names into addresses.
^1633030303030

## TCP #card-reverse
A reliable stream between two hosts.

Latency #card-spaced
Time until the first byte arrives.
""",
    ),
    "logseq": (
        3,
        """\
- # Logic
- What is modus ponens? #card
  id:: 6777cb12-88af-4ac9-a143-2a0c4ef1f93c
\t- From P and P → Q follows Q.
- What is a tautology? #card
\t- A formula that is true under each valuation.
- The {{cloze converse}} of P → Q is Q → P #card
""",
    ),
    "remnote": (
        4,
        """\
- Economics
    - Inflation ― a rise of the general level of prices
    - Deflation → a fall of the general level of prices
    - Opportunity cost ↓
        - what the next best choice would have given
    - Elastic ― demand reacts strongly to price
""",
    ),
    "vscode-anki": (
        2,
        """\
# Git

## What does `git fetch` do?

It brings objects and references of a remote without merging.

[#git](./git.md) [#basics]()

## What does `git rebase` do?

It applies commits again on another base.

[#git]()
""",
    ),
    "mdanki": (
        2,
        """\
# Kitchen chemistry

## Maillard reaction

Amino acids and sugars turn brown above 140 °C.

[#cooking]()

## Emulsion

%

Two liquids that do not mix, one in drops within the other.

[#cooking]()
""",
    ),
    "ankdown": (
        3,
        """\
What is the capital of Peru?

%

Lima

---

What is the capital of Chile?

%

Santiago

---

What is the capital of Bolivia?

%

Sucre; the seat of government is La Paz.
""",
    ),
    "inka": (
        2,
        """\
# Notes on geography

---
Deck: Geography
Tags: europe rivers

1. Which river runs through Vienna?
> The Danube

2. Which river runs through Rome?
> The Tiber

---
""",
    ),
    "inka2": (
        2,
        """\
---

Deck: Algebra

<!--ID:1662800000000-->
1. What is a group?

> A set with an associative operation, a neutral element and inverses.

2. What is a ring?

> An abelian group with a second operation that distributes.

---
""",
    ),
    "hashcards": (
        4,
        """\
Q: What is the order of a group?
A: The number of its elements.

---

Q: What is an eigenvector?
A: A vector that a map only scales.

C: The [determinant] of a triangular matrix is the [product] of its diagonal.

---

C: A matrix is [orthogonal] if its inverse is its transpose.
""",
    ),
    "hashcards-noline": (
        3,
        """\
Q: Who wrote Faust?
A: Goethe

Q: Who wrote Nathan?
A: Lessing

C: [Schiller] wrote The Robbers.
""",
    ),
    "ki": (
        1,
        """\
# Note
```
guid: abc
notetype: Basic
```

### Tags
```
birds
```

## Front
Wren?

## Back
A small bird.
""",
    ),
    "md2anki": (
        2,
        """\
# Rivers (deck)

## What is a meander? (3f8b9c1e-7d55-4a4e-9a52-0b1c2d3e4f50)

A bend of a river.

## What is a delta? (8f8b9c1e-7d55-4a4e-9a52-0b1c2d3e4f51)

Land built of what a river brings.
""",
    ),
    "chat-front-back": (
        3,
        """\
# Flashcards: Photosynthesis

**Front:** What is the light reaction?
**Back:** It turns light into ATP and NADPH.

**Front:** Where does the Calvin cycle take place?
**Back:** In the stroma.

**Front:** What is RuBisCO?
**Back:** The enzyme that fixes CO2.
""",
    ),
    "chat-card-n": (
        2,
        """\
# Deck

### Card 1
**Q:** What is a stack?
**A:** Last in, first out.

### Card 2
**Q:** What is a queue?
**A:** First in, first out.
""",
    ),
    "chat-q1": (
        3,
        """\
# Quiz on volcanoes

**Q1: What is magma?**
**A:** Molten rock below the surface.

**Q2: What is lava?**
**A:** Molten rock above it.

**Q3: What is tephra?**
**A:** What a volcano throws out.
""",
    ),
    "chat-fence": (
        2,
        """\
Here are your notes:

```markdown
# Volcanoes

**Q:** What is magma?
**A:** Molten rock below the surface.

**Q:** What is lava?
**A:** Molten rock above it.
```
""",
    ),
    "qa-zh": (
        2,
        """\
问：什么是光合作用？
答：植物利用光能把二氧化碳和水变成有机物。

问：什么是呼吸作用？
答：有机物分解并放出能量。
""",
    ),
    "qa-de": (
        2,
        """\
# Fragen zum Wald

Frage: Was ist ein Mischwald?
Antwort: Ein Wald aus Laub- und Nadelbäumen.

Frage: Was ist ein Bannwald?
Antwort: Ein Wald, der Siedlungen schützt.
""",
    ),
    "details": (
        2,
        """\
# Questions on Linux

<details>
<summary>What does `chmod` do?</summary>

It changes the permissions of a file.
</details>

<details>
<summary>What is an inode?</summary>

The record of a file's metadata.
</details>
""",
    ),
    "callout": (
        2,
        """\
# Questions

> [!question]- What is entropy?
> A measure of how many states look alike.

> [!question]- What is enthalpy?
> Internal energy plus pressure times volume.
""",
    ),
}
"""By tool: how many cards, and a file as its users write it."""

NUMBERED = "# Rivers\n\n" + "".join(
    f"## {n}. Which river is number {n}?\n\nThe river {n} is the one between river {n - 1} and the sea.\n\n"
    for n in range(1, 9)
)

LINES = "".join(f"Q: Which river is number {n}?\nA: It is the one behind {n - 1}.\n\n" for n in range(1, 4))
PARAGRAPH = "And which one is the longest?\n\nThat is the Nile, by a little.\n"
TABLE = "| Question | Answer |\n|---|---|\n| What is a delta? | Land |\n| What is a lake? | Water |\n"


@pytest.mark.parametrize("tool", TOOLS)
def test_the_syntax_of_a_tool_is_sure(tool: str):
    count, text = TOOLS[tool]
    reading = read(text).value
    assert sum(isinstance(item, Card) for item in reading.items) == count
    assert reading.decision.decided_by == "explicit syntax"
    assert reading.decision.sure


def test_numbers_that_run_on_are_sure():
    assert read(NUMBERED).value.decision.sure


@pytest.mark.parametrize(
    "text",
    [
        NUMBERED.replace("## 5. Which river is number 5?", "**The fifth one**"),
        f"{NUMBERED}# More\n\n{PARAGRAPH}",
        NUMBERED + "# On maps\n\n" + "A map shows a river as a blue line, or as an area where it is wide. " * 30,
        "\n\n".join(f"**Which one is number {n}?**\n\nIt is the one behind {n - 1}." for n in range(1, 13))
        + "\n\n**The last one**\n\nIt stands at the end of all.\n",
    ],
    ids=["a number is missing", "a question alone", "most of the file is something else", "one that does not ask"],
)
def test_what_leaves_something_out_is_worth_a_look(text: str):
    decision = read(text).value.decision
    assert decision.decided_by in ("numbering", "choice")
    assert not decision.sure


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (9, f"{NUMBERED}# More\n\n{PARAGRAPH}"),
        (4, f"# Rivers\n\n{LINES}# More\n\n{PARAGRAPH}"),
        (5, f"# Rivers\n\n{LINES}# More\n\n{TABLE}"),
    ],
    ids=["a paragraph beside headings", "a paragraph beside lines", "a table beside lines"],
)
def test_what_is_read_in_another_form_makes_no_guess_of_the_rest(count: int, text: str):
    reading = read(text).value
    assert sum(isinstance(item, Card) for item in reading.items) == count
    assert 0.6 < reading.decision.confidence < SURE


def test_what_asks_and_is_not_read_is_a_guess():
    text = NUMBERED + "# What else is there?\n\n### Lakes\n\nThey are many, and hardly any is deep.\n"
    assert read(text).value.decision.confidence < 0.6


def test_some_lines_of_questions_among_much_else_are_worth_a_look():
    text = "Q: What is a river?\nA: Water that runs.\n\n" + "## Notes\n\nMuch is to be said of rivers and lakes. " * 40
    assert not read(text).value.decision.sure


def test_what_folds_up_in_half_of_a_page_is_worth_a_look():
    folded = "".join(f"<details>\n<summary>What does {n} do?</summary>\n\nIt gives.\n</details>\n\n" for n in range(9))
    assert read(folded).value.decision.sure
    text = folded + "# How it was made\n\n" + "By hand, by people who never saw one. " * 5
    decision = read(text).value.decision
    assert decision.decided_by == "explicit syntax"
    assert not decision.sure


def test_a_bold_line_among_many_that_ask_is_a_question():
    text = "\n\n".join(f"**Which one is number {n}?**\n\nIt is the one behind {n - 1}." for n in range(1, 25))
    reading = read(text + "\n\n**The last one**\n\nIt stands at the end of all.\n").value
    assert sum(isinstance(item, Card) for item in reading.items) == 25


TOPICS = """\
## Membrane

A double layer of lipids with proteins in it parts the cell from what surrounds it, and lets some matter through.

## Nucleus

It holds the chromosomes, and what is read from them leaves it through pores in its envelope for the cytoplasm.

## Mitochondria

They burn sugar and fat with oxygen, and store what that yields in ATP, which all other parts of the cell use.

"""
ASKED = """\
## Exam questions

Q: Describe what happens to a red blood cell that is put into distilled water, and say why it does.

A: Water enters it by osmosis since there are more dissolved particles inside than outside; the cell swells, its
membrane tears, and what was in it pours out. A plant cell would not tear, its wall holds it together.

Q: Name two organelles with DNA of their own.

A: Mitochondria and chloroplasts: they were bacteria once, as their ring of DNA and their double membrane tell.
"""


@pytest.mark.parametrize(
    "more", ["", "They have it still, in all that lives. " * 9], ids=["half of the file", "most of it"]
)
def test_questions_at_the_end_of_notes_do_not_hide_the_topics_above(more: str):
    assert read(ASKED).value.decision.decided_by == "explicit syntax"
    cards = [item.text for item in read(TOPICS + ASKED + more).value.items if isinstance(item, Card)]
    assert cards[:3] == ["Membrane", "Nucleus", "Mitochondria"]
    assert len(cards) == 5
