"""What other tools keep in notes: ids, decks and tags reach the cards, and their cards reach Anki whole."""

from __future__ import annotations

from pathlib import Path

from exporter.config import Config
from exporter.model import Card
from exporter.reading.chapter import read_chapter


def cards(tmp_path: Path, text: str) -> tuple[Card, ...]:
    file = tmp_path / "notes.md"
    file.write_text(text, encoding="utf-8")
    chapter = read_chapter(file, Config(name="notes", root=tmp_path, source_path=file)).value
    assert chapter
    return chapter.cards


def test_ids_and_schedules_are_kept_beside_the_card(tmp_path: Path) -> None:
    found = cards(
        tmp_path,
        "#flashcards\n\nCell::Smallest unit\n<!--SR:!2024-12-31,3,250-->\n\nQ1 #card\nAnswer\n^1684392558428\n\n"
        "START\nBasic\nLight\nBack: Wave\n<!--ID: 16-->\nEND\n\n- List #card\n  id:: 6777cb12-88af-4ac9-a143-2a0c4ef1f93c\n"
        "\t- Item\n",
    )
    assert {card.text: card.foreign_ids for card in found} == {
        "Cell": ("SR:!2024-12-31,3,250",),
        "Q1": ("^1684392558428",),
        "Light": ("ID: 16",),
        "List": ("id:: 6777cb12-88af-4ac9-a143-2a0c4ef1f93c",),
    }


def test_an_id_above_a_question_is_its_own(tmp_path: Path) -> None:
    text = "---\nDeck: History::War\nTags: old usa\n\n<!--ID:1-->\n1. When?\n> Then.\n\n<!--ID:2-->\n2. Where?\n> There.\n\n---\n"
    found = cards(tmp_path, text)
    assert [(card.text, card.foreign_ids) for card in found] == [("When?", ("ID:1",)), ("Where?", ("ID:2",))]
    assert {(card.deck, card.tags) for card in found} == {("History::War", ("old", "usa"))}


def test_decks_and_tags_of_a_file_hold_for_all_of_it(tmp_path: Path) -> None:
    text = "START\nBasic\nLight\nBack: Wave\nTags: quanta\nEND\n\nTARGET DECK: Physics::Optics\nFILE TAGS: light\n"
    (card,) = cards(tmp_path, text)
    assert (card.deck, card.tags) == ("Physics::Optics", ("light", "quanta"))
    (card,) = cards(tmp_path, "---\ncards-deck: A::B\n---\nWhat? #card #x/y\nThat.\n")
    assert (card.deck, card.tags) == ("A::B", ("x/y",))
    (card,) = cards(tmp_path, "---\ntags: [flashcards/bio/cells]\n---\nCell::Unit of life\n")
    assert card.deck == "bio::cells"


def test_tags_in_links_are_those_of_the_card_above(tmp_path: Path) -> None:
    found = cards(tmp_path, "# Deck\n\n## One?\n\n1\n\n[#a](./a.md) [#b]()\n\n## Two?\n\n2\n\n[#c]()\n")
    assert [card.tags for card in found] == [("a", "b"), ("c",)]
    assert [card.back.markdown for card in found] == ["1", "2"]


def test_the_head_of_a_note_of_ki_is_its_own(tmp_path: Path) -> None:
    head = "# Note\n```\nguid: {}\nnotetype: Basic\n```\n\n"
    text = head.format("a`1") + "### Tags\n```\nbirds\n```\n\n## Front\nWren?\n\n## Back\nBird.\n\n"
    text += head.format("b`2") + "## Front\nStave?\n\n## Back\nLine.\n"
    found = cards(tmp_path, text)
    assert [(card.text, card.foreign_ids, card.tags) for card in found] == [
        ("Wren?", ("guid: a`1",), ("birds",)),
        ("Stave?", ("guid: b`2",), ()),
    ]
    assert [card.span.line for card in found] == [13, 25]
