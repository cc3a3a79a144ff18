"""An edition is what was published: builds in between are drafts, and what went out is never taken back by a lock."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.backend import collection, import_package, notes
from tests.conftest import Deck, Run

NOTES = "## What is a stack?\n\nLast in, first out, like plates.\n\n## What is a queue?\n\nFirst in, first out.\n"
MORE = NOTES + "\n## What is a heap?\n\nA tree whose parents are larger than their children.\n"
SETTINGS = 'name = "structures"\nsource = "."\noutputs = ["apkg"]\n'


def removed(root: Path) -> list[str]:
    return [line for line in (root / "deck.lock").read_text("utf-8").splitlines() if '"removed": true' in line]


def released(root: Path) -> int:
    return int(json.loads((root / "deck.lock").read_text("utf-8")).get("released", [0, 0])[0])


def test_a_draft_that_never_went_out_leaves_nothing_behind(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    assert run("release", root).returncode == 0
    assert released(root) == 1
    deck({"a.md": MORE})
    assert run("build", root).returncode == 0
    deck({"a.md": NOTES})
    assert run("build", root).returncode == 0
    assert removed(root) == []
    assert "nothing changes" in run("plan", root).stdout


def test_builds_between_releases_do_not_count(run: Run, deck: Deck) -> None:
    """A removed question is shipped for three more editions, however often the author builds."""
    root = deck({"deck.toml": SETTINGS, "a.md": MORE})
    run("release", root)
    for state in range(6):
        deck({"a.md": NOTES.replace("plates", f"plates {state}")})
        run("build", root)
    assert "edition 2" in run("plan", root).stdout
    assert len(removed(root)) == 1
    assert run("release", root).returncode == 0
    assert released(root) == 2


def test_an_edition_tells_its_readers_what_is_new(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("release", root)
    deck({"a.md": MORE.replace("like plates", "like plates in a sink")})
    run("release", root)
    text = (root / "dist" / "CHANGES.md").read_text("utf-8")
    assert text.startswith("# Edition 2 · ")
    assert "## New (1)\n\n- What is a heap?" in text
    assert "## Edited (1)\n\n- What is a stack?" in text


def test_words_call_nobody_among_the_changes(run: Run, deck: Deck) -> None:
    question = "What do @octocat and #12 mean at https://evil.example/x?"
    root = deck({"deck.toml": SETTINGS, "a.md": f"# Deck\n\n## {question}\n\nNothing.\n"})
    run("release", root)
    text = (root / "dist" / "CHANGES.md").read_text("utf-8")
    assert not re.search(r"@octocat|#12|https://", text)
    assert question in re.sub("<.*?>", "", MarkdownIt().render(text)).replace("\u200b", "")


def test_what_drafts_changed_is_news_to_readers(run: Run, deck: Deck) -> None:
    """They have the edition that was released, whatever was built since."""
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("release", root, SOURCE_DATE_EPOCH="1700000000")
    for moment, text in (("1700000100", MORE), ("1700000200", MORE.replace("like plates", "like plates in a sink"))):
        deck({"a.md": text.partition("## What is a queue?")[0] + "## What is a heap" + text.partition("is a heap")[2]})
        assert run("build", root, SOURCE_DATE_EPOCH=moment).returncode == 0
    plan = run("plan", root).stdout
    assert "1 new, 1 edited, 1 removed" in plan
    assert "What is a stack?  a.md:1, in a draft, perhaps its question too" in plan  # the lock has no older wording
    run("release", root, SOURCE_DATE_EPOCH="1700000300")
    text = (root / "dist" / "CHANGES.md").read_text("utf-8")
    assert "## New (1)\n\n- What is a heap?" in text
    assert "## Edited (1)\n\n- What is a stack?" in text
    assert "## Removed (1)\n\n- What is a queue?" in text
    assert "nothing changes" in run("plan", root).stdout
    run("release", root)
    assert (root / "dist" / "CHANGES.md").read_text("utf-8") == text


def test_all_is_new_in_the_first_edition_that_is_released(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("build", root)
    assert "until the first release, each one counts as an edition" in run("plan", root).stdout
    run("release", root)
    assert "the first release" not in run("plan", root).stdout
    assert "## New (2)" in (root / "dist" / "CHANGES.md").read_text("utf-8")


def test_the_deck_says_which_edition_it_is(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("release", root)
    with collection(tmp_path / "reader") as col:
        import_package(col, root / "dist" / "structures.apkg")
        described = [col.decks.get(entry.id)["desc"] for entry in col.decks.all_names_and_ids()]
    assert any("Edition 1" in text for text in described)


def test_a_lock_that_is_gone_is_no_reason_to_begin_anew(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("build", root)
    (root / "deck.lock").unlink()
    result = run("build", root)
    assert result.returncode == 1
    assert "lock-missing" in result.stderr
    assert not (root / "deck.lock").exists()
    assert run("adopt", root / "dist" / "structures.apkg", root).returncode == 0
    assert run("build", root).returncode == 0


def test_a_fixed_epoch_loses_no_correction(run: Run, deck: Deck) -> None:
    """A reader who tagged a note this morning has it from this morning; an epoch of last year would never reach him."""
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("build", root)
    first = {entry["question"]: entry["mod"] for entry in json.loads((root / "deck.lock").read_text("utf-8"))["notes"]}
    assert set(first.values()) == {1_760_000_000}
    deck({"a.md": NOTES.replace("plates", "trays")})
    began = int(time.time())
    run("build", root)
    lock = (root / "deck.lock").read_bytes()
    second = {entry["question"]: entry["mod"] for entry in json.loads(lock)["notes"]}
    assert second["What is a stack?"] >= began
    assert second["What is a queue?"] == 1_760_000_000
    package = (root / "dist" / "structures.apkg").read_bytes()
    shutil.rmtree(root / ".make-deck")
    (root / "dist" / "structures.apkg").unlink()
    assert run("build", root, "--locked").returncode == 0
    assert (root / "dist" / "structures.apkg").read_bytes() == package
    assert (root / "deck.lock").read_bytes() == lock


def test_a_draft_that_was_committed_dates_nothing(run: Run, deck: Deck) -> None:
    """Whoever takes a draft back before the release has sent nobody anything."""
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES, ".gitignore": "dist\n.make-deck\n"})
    git(root, "init", "-q")
    run("release", root, SOURCE_DATE_EPOCH="1700000000")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "an edition")
    lock = (root / "deck.lock").read_bytes()
    deck({"a.md": NOTES.replace("plates", "trays")})
    run("build", root, SOURCE_DATE_EPOCH="1700100000")
    git(root, "commit", "-q", "-a", "-m", "a draft")
    git(root, "revert", "--no-edit", "HEAD")
    run("build", root, SOURCE_DATE_EPOCH="1700200000")
    assert (root / "deck.lock").read_bytes() == lock


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=An Author", "-c", "user.email=author@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_a_reverted_edition_reaches_its_readers(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES, ".gitignore": "dist\n.make-deck\n"})
    git(root, "init", "-q")
    package = root / "dist" / "structures.apkg"
    with collection(tmp_path / "reader") as col:

        def publish(moment: int) -> None:
            assert run("build", root, SOURCE_DATE_EPOCH=str(moment)).returncode == 0
            import_package(col, package)
            git(root, "add", "-A")
            git(root, "commit", "-q", "-m", "an edition")

        publish(1_700_000_000)
        deck({"a.md": NOTES.replace("like plates", "which is wrong")})
        publish(1_700_100_000)
        assert any("wrong" in note["Answer"] for note in notes(col))
        git(root, "revert", "--no-edit", "HEAD")
        for folder in (root / "dist", root / ".make-deck"):
            subprocess.run(["rm", "-r", str(folder)], check=True)  # as in CI, where only git remembers
        publish(1_700_200_000)
        assert not any("wrong" in note["Answer"] for note in notes(col))


def test_files_of_a_release_may_have_its_number(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": f"edition_in_name = true\n{SETTINGS}", "a.md": NOTES})
    run("release", root)
    deck({"a.md": MORE})
    run("build", root)
    run("release", root)
    names = sorted(file.name for file in (root / "dist").iterdir())
    assert names == ["CHANGES.md", "structures-1.apkg", "structures-2.apkg", "structures.apkg"]
    (root / "dist" / "structures.apkg").unlink()
    (root / "deck.lock").unlink()
    assert "make-deck adopt structures-2.apkg" in run("build", root).stderr


def test_an_edition_that_was_reverted_keeps_its_number(run: Run, deck: Deck) -> None:
    """Its text goes out as the next one, and readers are told."""
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES, ".gitignore": "dist\n.make-deck\n"})
    git(root, "init", "-q")
    for text in (NOTES, NOTES.replace("plates", "trays")):
        deck({"a.md": text})
        assert run("release", root).returncode == 0
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "an edition")
    git(root, "revert", "--no-edit", "HEAD")
    shutil.rmtree(root / ".make-deck")
    assert "edition 3  1 edited" in run("plan", root).stdout
    assert run("release", root).returncode == 0
    assert released(root) == 3
    assert "# Edition 3" in (root / "dist" / "CHANGES.md").read_text("utf-8")
    assert "## Edited (1)\n\n- What is a stack?" in (root / "dist" / "CHANGES.md").read_text("utf-8")


def test_history_that_begins_anew_is_said_until_it_is_out(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("release", root)
    deck({"a.md": f"<!-- reversed -->\n{NOTES}"})
    assert "a.md:2:4: warning[history-anew]" in run("build", root).stderr
    assert "1 retyped, 1 removed" in run("plan", root).stdout
    assert run("plan", root, "--exit-code").returncode == 1
    run("release", root)
    assert run("plan", root, "--exit-code").returncode == 0


def test_a_deck_in_several_packages_misses_its_lock_too(run: Run, deck: Deck) -> None:
    settings = f'{SETTINGS}[anki]\npackages = "file"\n'
    root = deck({"deck.toml": settings, "a.md": NOTES, "b.md": MORE.replace("What", "Why")})
    run("build", root)
    (root / "deck.lock").unlink()
    assert "lock-missing" in run("build", root).stderr
    for package in (root / "dist").glob("*.apkg"):
        package.unlink()
    assert run("build", root / "a.md").returncode == 0
    assert run("build", root).returncode == 0


def test_every_build_counts_until_the_first_release(run: Run, deck: Deck) -> None:
    """Authors hand out what they built: a question that goes is shipped as removed, and the first release counts on."""
    root = deck({"deck.toml": SETTINGS, "a.md": MORE})
    run("build", root)
    deck({"a.md": NOTES})
    assert "since the last build: 1 removed" in run("build", root).stdout
    assert len(removed(root)) == 1
    run("release", root)
    assert released(root) == 2
    deck({"a.md": NOTES.replace("plates", "trays")})
    assert "draft of edition 3: 1 edited" in run("build", root).stdout
    assert "  edition 3 is released, and CHANGES.md tells what is new: 1 edited" in run("release", root).stdout


@pytest.mark.parametrize("moment", ["1700000300", "1700000200"])
def test_a_draft_is_later_than_its_release(run: Run, deck: Deck, moment: str) -> None:
    """In the same second, or by a clock that went back: what it changed is not what readers have."""
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    run("build", root, SOURCE_DATE_EPOCH="1700000100")
    run("release", root, SOURCE_DATE_EPOCH="1700000300")
    deck({"a.md": NOTES.replace("plates", "trays")})
    run("build", root, SOURCE_DATE_EPOCH=moment)
    assert "1 edited" in run("plan", root).stdout


CAPITALS = "1. What is the capital of Spain?\n   Madrid\n2. What is the capital of {}?\n   {}\n"
CAPITALS += "3. What is the capital of Norway?\n   Oslo\n"
MOVED = "## Which city is the capital of Italy?\n\nRome\n"


def test_the_likeliest_pair_is_the_one_that_is_told(run: Run, deck: Deck) -> None:
    """The other new question stands in the place of the old one: that is less than its answer in another file."""
    root = deck({"deck.toml": SETTINGS, "a.md": CAPITALS.format("Italy", "Rome")})
    run("release", root)
    deck({"a.md": CAPITALS.format("Sweden", "Stockholm"), "b.md": MOVED})
    first, *_ = json.loads(run("plan", root, "--json").stdout)["offers"][0]["candidates"]
    assert first["question"] == "Which city is the capital of Italy?"
    told = [line for line in run("build", root).stderr.splitlines() if "--accept" in line]
    assert [first["id"] in line for line in told] == [True]


def test_a_release_says_that_it_is_one(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": SETTINGS, "a.md": NOTES})
    assert "edition 1 is released, and CHANGES.md tells what is new" in run("release", root).stdout
    assert "nothing has changed since edition 1: no new one is made" in run("release", root).stdout
    deck({"a.md": MORE})
    assert "edition 2 is released, and CHANGES.md tells what is new: 1 new" in run("release", root).stdout
