"""Numbers of thousands of digits, which Python itself refuses: they are words, or one diagnostic says where they stand."""

from __future__ import annotations

import pytest

from tests.conftest import Deck, Run

FORMS = (
    "| Question | 1 | 2 | Answer |\n|---|---|---|---|\n| What? | a | b | {} |\n| Who? | a | b | {} |\n",
    "| Question | 1 | {} | Answer |\n|---|---|---|---|\n| What? | a | b | 1 |\n| Who? | a | b | 2 |\n",
    "## What?\n\n$$a \\tag{{{}}}\\label{{x}}$$\n\n$$b \\label{{y}}$$\n",
    "## Question {}\n\nWhat is this?\n\n### Answer {}\n\nThis.\n\n## Question 1\n\nx\n",
    "## {}. What?\n\nThis.\n\n## 3. Who?\n\nx\n",
    "1. What?\n\nA. a\nB. b\n\nAnswer: {}\n\n## Answers\n\n1-{}: A\n",
    "{{{{c{}::gap}}}} of a sentence. <!-- cloze -->\n",
    "## What? ({} points) <!-- points: {} -->\n\nThis.\n",
    "What::this <!--SR:!2024-01-01,{},{}-->\n",
    '+++\ntitle = "a"\nweight = 0x{}\n+++\n\n## What?\n\nThis.\n',
    "---\ntitle: {}\ncards: h{}\n---\n\n## What?\n\nThis.\n",
    "[a](#{}) ![[n#{}]] ![[a.png|{}x{}]] &#{};\n",
)


@pytest.mark.parametrize("digit", ["9", "٣"])
@pytest.mark.parametrize("form", FORMS)
def test_no_number_is_a_fault_of_make_deck(form: str, digit: str, run: Run, deck: Deck) -> None:
    deck({"n.md": form.replace("{}", digit * 5000).replace("{{", "{").replace("}}", "}")}, ".")
    result = run("check", "n.md", MAKE_DECK_DEBUG="1")
    assert "Exceeds" not in result.stdout + result.stderr
    assert max(map(len, result.stderr.splitlines()), default=0) < 1500


@pytest.mark.parametrize(
    ("file", "text"),
    [("anki/card.css", "p {{ width: {}px; }}"), ("anki/card.css", "\n<< {} >>"), ("anki/labels.toml", "[en]\na = {}")],
)
def test_a_number_in_a_template_has_its_place(file: str, text: str, run: Run, deck: Deck) -> None:
    deck({"deck.toml": "", "source/n.md": "## What?\n\nThis.\n", f"templates/{file}": text.format("9" * 5000)}, ".")
    result = run("build", "--only", "apkg")
    line = text.count("\n") + 1
    assert f"templates/{file}:{line}:1: error[template-invalid]: a number has too many digits" in result.stderr
