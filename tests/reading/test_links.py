"""Links and embeds between notes: what Obsidian shows stands on the card and on the page."""

from __future__ import annotations

import re
from pathlib import Path

from exporter.cards import plan_notes
from exporter.config import load_config
from exporter.diagnostics import Diagnostic
from exporter.pipeline.book import read_book
from tests.conftest import Deck, Run
from tests.printed import body_text, squash

WAVES = """---
aliases: [ripples, Wave theory]
---
# Waves

## What is a wave?

It [carries](#how-fast-is-it) energy.[^1] ^energy

![small](pic.svg)

[^1]: Not matter.

## How fast is it?

- slow
- as fast as light ^light

### Measured

By Fizeau.
"""
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20"/></svg>'


def fields(root: Path) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The answer of each question, and all that was said."""
    config = load_config(root).value
    assert config
    book = read_book(config, root / "dist")
    plan = plan_notes(book.value, [f"guid{n}" for n in range(book.value.card_count)], config)
    names = {kind.key: kind.field_names for kind in plan.notetypes}
    notes = [dict(zip(names[note.notetype], note.fields, strict=True)) for note in plan.notes]
    answers = {re.sub(r"<[^>]+>", "", note["Question"]).strip(): note["Answer"] for note in notes}
    return answers, tuple(d for d in book.diagnostics if d.code not in ("files-unsure", "file-no-questions"))


def test_embeds_bring_the_text_with_pictures_and_footnotes_of_their_own(deck: Deck) -> None:
    notes = {
        "physics/waves.md": WAVES,
        "physics/pic.svg": DRAWING,
        "a.md": "## Is light a wave?\n\nYes:\n\n![[waves#What is a wave?]]\n\nMine.[^1]\n\n[^1]: My own.\n\n"
        "## How fast?\n\n- ![[Ripples#^light]]\n\n## And a word?\n\n| a |\n|---|\n| ![[waves#^energy]] |\n",
        "b.md": "## All of it?\n\n![[physics/waves]]\n",
    }
    answers, said = fields(deck(notes))
    wave = answers["Is light a wave?"]
    assert "carries" in wave
    assert 'src="pic-' in wave
    assert wave.index("Not matter") < wave.index("My own")
    assert re.findall(r"\[\d\]", wave) == ["[1]", "[2]"]
    assert "as fast as light" in answers["How fast?"]
    assert "slow" not in answers["How fast?"]
    assert "energy" in re.search("<td>(.*?)</td>", answers["And a word?"])[1]  # type: ignore[index]
    assert "By Fizeau" in answers["All of it?"]
    assert said == ()


def test_what_cannot_be_embedded_is_said_and_nothing_is_endless(deck: Deck) -> None:
    notes = {
        "a.md": "## A?\n\nBefore ![[b]] behind.\n\n![[a#B?]]\n\n![[a#B?]]\n\n## B?\n\n![[b#Nothing]] ![[nowhere]] ![[x.canvas]]\n",
        "b.md": "# Bee\n\nText of b. ![[a]]\n",
        "none.md": "---\ncards: none\n---\nSecret.\n",
        "c.md": "## C?\n\nSee ![[none]].\n",
    }
    answers, said = fields(deck(notes))
    text = re.sub("<[^>]+>", "", answers["A?"])
    assert re.sub(r"\s+", " ", text).startswith("Before Bee Text of b. a behind. B?")
    assert "Secret" not in str(answers)
    found = {(d.span.path, d.span.line, d.code) for d in said if d.span}
    assert found == {
        ("a.md", 3, "embed-circular"),
        ("a.md", 7, "embed-unsupported"),
        ("a.md", 11, "embed-missing"),
        ("a.md", 11, "embed-unsupported"),
        ("b.md", 3, "embed-circular"),
        ("b.md", 3, "embed-unsupported"),
        ("c.md", 3, "embed-unsupported"),
    }


def test_a_hostile_deck_of_embeds_stays_small(deck: Deck) -> None:
    notes = {
        f"n{i}.md": f"## Q{i}?\n\n" + f"word {i} " * 2000 + f"\n\n![[n{i + 1}]]\n\n![[n{i + 2}]]\n" for i in range(40)
    }
    answers, said = fields(deck(notes))
    assert sum(map(len, answers.values())) < 3 * sum(map(len, notes.values())) + 400_000
    assert {d.code for d in said} <= {"embed-unsupported", "embed-missing", "embed-circular"}


def test_wiki_links_lead_to_questions_on_paper_and_to_the_source_on_cards(deck: Deck, run: Run, tmp_path: Path) -> None:
    links = "[[waves#How fast is it?|speed]], [[waves#Measured]], [[Wave theory]], [[waves#^light|block]], [[nowhere]]"
    root = deck({"waves.md": WAVES, "pic.svg": DRAWING, "a.md": f"## Where?\n\nSee {links}.\n"})
    answers, said = fields(root)
    words = re.sub("<[^>]+>", "", answers["Where?"]).strip()
    assert words == "See speed, waves › Measured, Wave theory, block, nowhere."
    assert "<a" not in answers["Where?"]
    assert [(d.code, d.message) for d in said if d.span and d.span.path == "a.md"] == [
        ("link-broken", '"nowhere" leads to no note')
    ]
    (root / "deck.toml").write_text(
        'source = "."\nsource_url = "https://example.org/{path}#L{line}"\n', encoding="utf-8"
    )
    answers, _ = fields(root)
    assert re.findall(r'href="([^"]+)">([^<]+)', answers["Where?"]) == [
        ("https://example.org/waves.md#L14", "speed"),
        ("https://example.org/waves.md#L14", "waves › Measured"),
        ("https://example.org/waves.md#L1", "Wave theory"),
        ("https://example.org/waves.md#L14", "block"),
    ]
    built = run("build", root, "-o", tmp_path / "out", "--only", "handout")
    assert built.returncode == 0
    assert squash("See speed (p. ") in body_text(next((tmp_path / "out").glob("*.pdf")))
