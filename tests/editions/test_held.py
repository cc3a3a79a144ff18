"""Where make-deck is not sure how a file is meant, the reading of the last edition outweighs a new guess."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Deck, Run

UNSURE = """\
# Nuclear physics

## Structure of the nucleus

A nucleus is made of protons and neutrons, which are held together by the strong force. Its size is some femtometres.

### Isotopes

Isotopes are nuclei with the same number of protons and another number of neutrons. They behave alike in chemistry.

## Decay

A nucleus that is not stable becomes another one and gives off radiation. How long that takes is a matter of chance.

### Half-life

After this time one half of the nuclei has decayed. It is the same at any time and for any amount.

### Kinds of radiation

Alpha radiation are nuclei of helium, beta radiation electrons, gamma radiation is light of high energy.
"""
CHOSEN, OTHER = "h1-h3", "h1-h2"
"""What this version takes for the questions, and what another one took."""


@pytest.fixture
def published(run: Run, deck: Deck) -> Path:
    """A deck that another version of make-deck published, which read its file otherwise."""
    root = deck({"deck.toml": f'source = "."\noutputs = ["apkg"]\n[questions]\n"a.md" = "{OTHER}"\n', "a.md": UNSURE})
    assert run("build", root).returncode == 0
    lock = (root / "deck.lock").read_text("utf-8")
    assert '"rules"' not in lock
    lock = lock.replace('"notes": [', f'"rules": {{\n"a.md": "{OTHER}"\n}},\n"notes": [')
    (root / "deck.lock").write_text(lock, encoding="utf-8")
    deck({"deck.toml": 'source = "."\noutputs = ["apkg"]\n'})
    return root


def cards(run: Run, root: Path) -> list[str]:
    (file,) = json.loads(run("outline", root, "--json").stdout)["files"]
    return [card["question"] for card in file["cards"]]


def test_a_new_guess_changes_nothing_for_readers(run: Run, published: Path) -> None:
    before = (published / "deck.lock").read_bytes()
    built = run("build", published, "--locked")
    assert built.returncode == 0, built.stderr
    assert "a.md:1:1: info[reading-held]: this version would read it otherwise" in built.stderr
    assert (published / "deck.lock").read_bytes() == before
    assert cards(run, published) == ["Structure of the nucleus", "Decay"]
    plan = run("plan", published).stdout
    assert "nothing changes" in plan
    assert f"a.md  {OTHER} → {CHOSEN}" in plan
    assert json.loads(run("plan", published, "--json").stdout)["held"] == [
        {"path": "a.md", "before": OTHER, "after": CHOSEN}
    ]
    assert "as for the last edition" in run("outline", published).stdout


def test_it_holds_through_caches_and_other_processes(run: Run, published: Path, deck: Deck) -> None:
    """Pages and fields are made in other processes, which read the file themselves, and kept between builds."""
    deck({"deck.toml": 'source = "."\noutputs = ["apkg", "handout"]\n'})
    for _ in range(2):
        assert run("build", published, "--jobs", "2").returncode == 0
        assert cards(run, published) == ["Structure of the nucleus", "Decay"]
        (published / "dist" / "deck.pdf").unlink()


@pytest.mark.parametrize(
    "said", [{"deck.toml": '[questions]\n"a.md" = "auto"\n'}, {"a.md": "---\ncards: h1-h3\n---\n"}]
)
def test_the_author_has_the_last_word(run: Run, published: Path, deck: Deck, said: dict[str, str]) -> None:
    deck({name: ('source = "."\n' if name == "deck.toml" else "") + text + (UNSURE if name == "a.md" else "")
          for name, text in said.items()})  # fmt: skip
    assert len(cards(run, published)) == 5
    assert "reading-held" not in run("check", published).stderr


@pytest.mark.parametrize("rule", ["nonsense", "table", "\\u202e", CHOSEN])
def test_a_rule_that_finds_nothing_holds_nothing(run: Run, published: Path, rule: str) -> None:
    """Locks are a stranger's, too."""
    lock = (published / "deck.lock").read_text("utf-8").replace(f'"a.md": "{OTHER}"', f'"a.md": "{rule}"')
    (published / "deck.lock").write_text(lock, encoding="utf-8")
    assert len(cards(run, published)) == 5
    assert "reading-held" not in run("check", published).stderr


def test_what_is_sure_is_not_held(run: Run, published: Path, deck: Deck) -> None:
    deck({"a.md": re.sub(r"^(###? )(.*)$", r"\1What is the \2?", UNSURE, flags=re.MULTILINE)})
    assert len(cards(run, published)) == 5


VERBS = "## Verben\n\nser - sein\nestar - sein (Zustand)\ntener - haben\nhay = es gibt\n"


@pytest.mark.parametrize("rule", ["table", "term-lines+rest"])
def test_the_last_reading_takes_no_untouched_card(run: Run, deck: Deck, rule: str) -> None:
    """A reading that has all cards of the one before and more begins nobody's history anew."""
    rows = "| el perro | der Hund |\n| ¿qué tal? | wie geht's? |\n| el/la estudiante | |\n| a\\|b | Strich |\n"
    words = f"# Vocabulario unidad 4\n\n| Español | Deutsch |\n|---|---|\n{rows}"
    root = deck({"deck.toml": 'source = "."\noutputs = ["apkg"]\n', "a.md": f"{words}| correr | rennen |\n\n{VERBS}"})
    assert run("build", root).returncode == 0
    lock = (root / "deck.lock").read_text("utf-8")
    lock = re.sub(r'"a.md": "[^"]*"', f'"a.md": "{rule}"', lock)
    (root / "deck.lock").write_text(lock, encoding="utf-8")
    deck({"a.md": f"{words}| correr | laufen |\n\n{VERBS}"})
    assert {"ser", "estar", "tener", "hay", "el perro", "¿qué tal?", "a|b", "correr"} == {*cards(run, root)}
    assert "removed" not in run("plan", root).stdout
