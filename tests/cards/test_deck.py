"""The deck, as a reader gets it: imported with the real Anki backend."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from tests.backend import collection, import_package, intervals, notes, study
from tests.conftest import Deck, Run

QUESTIONS = "# 标题\n\n## 1. 甲是什么？\n\n甲的答案。\n\n## 2. 乙是什么？\n\n乙的答案。\n"


def front(note: dict[str, str]) -> str:
    return re.sub(r"<[^>]+>", "", note["Question"])


def test_the_showcase_imports_whole(showcase: Path, tmp_path: Path) -> None:
    with collection(tmp_path / "reader") as col:
        assert import_package(col, showcase / "ai-video.apkg").new == 16
        assert not col.media.check().missing
        assert not col.media.check().unused
        assert len(col.media.check().report) > 0
        assert not col.get_empty_cards().notes
        assert len([f for f in Path(col.media.dir()).iterdir() if f.suffix in (".png", ".jpg")]) == 6
        fronts = [front(note) for note in notes(col)]
        assert fronts[0] == "说一下什么是AI视频，包括哪些关键技术?"
        assert fronts[10] == "Why is evaluating video harder than evaluating images?"
        names = {deck.name for deck in col.decks.all_names_and_ids()}
        assert {"AI 视频::01 AI视频基础", "AI 视频::02 Evaluating generated video"} <= names


def test_the_seed_makes_ten_cards_with_six_images(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("build", corpus / "seed" / "ai-video.md", "-o", "out", "--only", "apkg")
    assert (result.returncode, result.stderr) == (0, "")
    assert "10 cards, 6 images, 0 warnings" in result.stdout
    with collection(tmp_path / "reader") as col:
        assert import_package(col, tmp_path / "out" / "ai-video.apkg").new == 10
        assert not col.media.check().missing
        assert len(list(Path(col.media.dir()).iterdir())) == 6
        assert [front(note) for note in notes(col)][4] == "什么DiT模型？"
        assert [note["Number"] for note in notes(col)] == [str(n) for n in range(1, 11)]


def test_an_edited_answer_updates_its_note_and_keeps_its_history(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": QUESTIONS})
    run("build", root, "-o", "out", "--only", "apkg")
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        before = study(col)
        deck({"notes.md": QUESTIONS.replace("甲的答案", "甲的新答案")})
        run("build", root, "-o", "out", "--only", "apkg")  # within the same second
        seen = import_package(col, tmp_path / "out" / "deck.apkg")
        assert (seen.new, seen.updated, seen.conflicting) == (0, 1, 0)
        assert intervals(col) == before
        assert [note["Answer"] for note in notes(col)] == [
            '<p class="short">甲的新答案。</p>',
            '<p class="short">乙的答案。</p>',
        ]


def test_media_names_are_safe_and_carry_their_content(run: Run, deck: Deck, tmp_path: Path) -> None:
    from PIL import Image

    long = "很长的名字" * 20
    root = deck(
        {"notes.md": f"## 问：这是什么？\n\n![](图%201#?.png)\n\n![](<a/p.png>) ![](b/p.png)\n\n![]({long}.png)\n"}
    )
    for number, name in enumerate(("图 1#?.png", "a/p.png", "b/p.png", f"{long[:60]}.png")):
        (root / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (3000 if number == 0 else 20, 10), (number, 9, 9)).save(root / name)
    (root / f"{long[:60]}.png").rename(root / f"{long[:60]}.png")
    text = (root / "notes.md").read_text(encoding="utf-8").replace(long, long[:60])
    (root / "notes.md").write_text(text, encoding="utf-8")
    assert run("build", root, "-o", "out", "--only", "apkg").stderr == ""
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        assert not col.media.check().missing
        files = list(Path(col.media.dir()).iterdir())
        assert len(files) == 4
        assert all(len(file.name.encode()) <= 120 for file in files)
        assert max(Image.open(file).width for file in files) == 1600


def test_text_that_anki_would_rewrite_stays_as_it_is(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": "## What are these?\n\n`[sound:x.mp3]` and [latex]x[/latex] and `{{c1::a}}`\n"})
    run("build", root, "-o", "out", "--only", "apkg")
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        answer = col.get_card(col.find_cards("")[0]).answer()
        assert "&#91;sound:x.mp3]" in answer
        assert "{{c1::a}}" in answer
        assert "latex-image" not in answer


def test_cards_come_in_source_order(showcase: Path) -> None:
    with zipfile.ZipFile(showcase / "ai-video.apkg") as archive:
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read("collection.anki2"))
    assert [due for (due,) in database.execute("select due from cards order by id")] == list(range(16))


ORDERED = {
    "numbers lead files and folders": {
        "2 b/10 x.md": "02 b::10 x", "2 b/9.md": "02 b::09", "10 a.md": "# Zebra -> 10 Zebra", "01_q.md": "01 q",
    },
    "numbers count chapters": {
        "chapter2.md": "# Beta -> 02 Beta", "chapter10.md": "# Alpha -> 10 Alpha", "Week 9/x.md": "Week 09::x",
        "Week 10/lec-1.md": "# Lecture 1: Z -> Week 10::Lecture 01: Z", "第3章.md": "第03章", "第12章.md": "第12章",
    },
    "as many digits as the largest beside it": {"n/3.md": "n::003", "n/20.md": "n::020", "n/100.md": "n::100", "4.md": "04"},
    "dates": {"2024-03-01.md": "2024-03-01", "2024-01-09.md": "# Zed -> 2024-01-09 Zed", "b.md": "# 2023-12-31 -> 2023-12-31"},
    "titles where nothing orders the files": {
        "zoo.md": "# Ant -> Ant", "a.md": "# Émile -> Émile", "b.md": "# zebra -> zebra", "c.md": "# Zulu -> Zulu",
        "A::B.md": "A::B", "e.md": "# A b -> A b", "f.md": "# 3 Body Problem -> 3 Body Problem", "g.md": "# ﬁre -> ﬁre",
        "h.md": "# fz -> fz", "i.md": "# 中 -> 中", "x/one.md": "# Same -> x::Same", "x/two.md": "# Same -> x::Same (two)",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", ORDERED.values(), ids=ORDERED)
def test_anki_shows_the_decks_in_the_order_of_the_pages(
    run: Run, deck: Deck, tmp_path: Path, files: dict[str, str]
) -> None:
    """Anki sorts decks by name; the book follows where no number does."""
    titles = {name: said.partition(" -> ")[0] if " -> " in said else "" for name, said in files.items()}
    root = deck({name: f"{title}\n\n## What is in {name}?\n\nThis.\n" for name, title in titles.items()})
    assert run("build", root, "-o", "out", "--only", "apkg").returncode == 0
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        shown = [entry.name for entry in col.decks.all_names_and_ids() if col.decks.cids(entry.id)]
        cards = sorted((col.get_card(cid) for cid in col.find_cards("")), key=lambda card: card.due)
        assert [col.decks.name(card.did) for card in cards] == shown
    assert sorted(shown) == sorted(f"deck::{said.rpartition(' -> ')[2]}" for said in files.values())


def test_a_later_file_moves_no_deck(run: Run, deck: Deck, tmp_path: Path) -> None:
    seen: list[set[str]] = []
    for number, name in enumerate(("chapter2.md", "trees.md", "chapter1.md", "a/3.md")):
        root = deck({name: "## What is this?\n\nThis.\n"})
        run("build", root, "-o", "out", "--only", "apkg")
        with collection(tmp_path / f"reader{number}") as col:
            import_package(col, tmp_path / "out" / "deck.apkg")
            seen.append({entry.name for entry in col.decks.all_names_and_ids()})
    assert all(first < second for first, second in pairwise(seen))


def test_folders_become_decks(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"1-a/2.md": "## 什么是甲？\n\n甲。\n", "2-b/10.md": "## 什么是乙？\n\n乙。\n"})
    run("build", root, "-o", "out", "--only", "apkg")
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        names = {entry.name for entry in col.decks.all_names_and_ids()}
        assert {"deck::01-a::02", "deck::02-b::10"} <= names
