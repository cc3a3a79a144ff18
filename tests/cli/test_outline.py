"""`make-deck outline` explains itself: what was chosen, why, and the rule that says otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from exporter.cli.choose_reading import choose_rules
from exporter.config import Config, load_config
from exporter.model import Alternative, Chapter, Decision
from exporter.pipeline.pin_rule import key_of, pin_rule, suggested, with_rule
from exporter.reading.folder import read_chapters
from exporter.reading.outline import explain
from exporter.reading.unsure_files import check_choices, doubtful, learned_rules
from tests.conftest import Deck, Run

HEAP = "# Trees\n\n## What is a heap?\n\nA tree.\n\n### Uses\n\nQueues.\n\n## How is it built?\n\nFrom below.\n"
UNSURE = Decision(
    (
        Alternative("h2", "the second-level headings, 2 of them", 2, ("What is a heap?", "How is it built?")),
        Alternative("h3", "the third-level headings, 1 of them", 1, ("Uses",)),
        Alternative("none", "nothing", 0, ()),
    ),
    0.6,
    sure=False,
    decided_by="choice",
)


@pytest.fixture
def notes(deck: Deck) -> Path:
    return deck(
        {
            "deck.toml": '# mine\nname = "trees" # keep\n\n[questions]\n"ruled.md" = "h2" # because\n\n[anki]\ntags = ["a"]\n',
            "source/heap.md": HEAP,
            "source/ruled.md": "## A\n\nOne.\n\n## B\n\nTwo.\n",
            "source/about.md": "Only words.\n",
        }
    )


def settings(root: Path) -> Config:
    config = load_config(root).value
    assert config
    return config


def chapters(root: Path, decision: Decision = UNSURE) -> tuple[Chapter, ...]:
    """The chapters of a deck, of which heap.md is not sure."""
    found = read_chapters(settings(root)).value
    return tuple(replace(c, decision=decision) if c.source.path.endswith("heap.md") else c for c in found)


def test_each_file_says_what_was_chosen_and_by_whom(run: Run, notes: Path) -> None:
    said = run("outline", notes).stdout
    assert "heap.md  2 cards" in said
    assert "h2 headings, by a rule of yours" in said
    record = json.loads(run("outline", notes, "--json").stdout)["files"]
    decision = {Path(file["path"]).name: file["decision"] for file in record}
    assert decision["ruled.md"]["by"] == "rule"
    assert decision["heap.md"]["alternatives"][0]["fronts"] == ["What is a heap?", "How is it built?"]


def test_nothing_is_cut_off_where_no_terminal_is(run: Run, deck: Deck) -> None:
    question = f"Why is {'very ' * 40}long text whole?"
    root = deck({"a.md": f"## {question}\n\nSo.\n\n## B?\n\nB.\n", "b.md": "Only words.\n"})
    said = run("outline", root).stdout
    assert question in said
    assert "in no output: 1 file\n" in said
    assert max(map(len, said.splitlines())) < 2 * len(question)


def test_what_was_read_is_kept_out_of_the_notes(
    run: Run, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: home)
    before = sorted(notes.rglob("*"))
    first = run("outline", notes).stdout
    assert sorted(notes.rglob("*")) == before
    assert [*(home / "outlines").rglob("*")]
    with monkeypatch.context() as patch:
        patch.setattr("exporter.reading.kept_chapters.cut_chapter", None)  # nothing is read anew
        assert run("outline", notes).stdout == first


def test_an_unsure_file_names_the_runner_up(notes: Path) -> None:
    heap = next(c for c in chapters(notes) if "heap" in c.source.path)
    assert explain(heap) == (
        (("yellow", "the second-level headings, 2 of them; probably right"),),
        (("yellow", "otherwise: the third-level headings, 1 of them"),),
    )
    beside = replace(heap, decision=replace(UNSURE, sure=True, confidence=0.95, decided_by="folder"))
    assert explain(beside) == (
        (("dim", "the second-level headings, 2 of them; sure; as the files beside it"),),
        (("dim", "otherwise: the third-level headings, 1 of them"),),
    )


def test_a_runner_up_says_something_else(notes: Path) -> None:
    """Two readings of other cards may have the same words, and readings of the same cards other words."""
    heap = next(c for c in chapters(notes) if "heap" in c.source.path)
    first = UNSURE.alternatives[0]
    twin = replace(UNSURE, alternatives=(first, replace(first, rule="h2+bold"), *UNSURE.alternatives[1:]))
    assert explain(replace(heap, decision=twin)) == explain(heap)


def test_doubtful_files_come_least_sure_first(notes: Path) -> None:
    found = chapters(notes)
    assert [Path(c.source.path).name for c in doubtful(found)] == ["heap.md", "about.md"]
    (one,) = check_choices(found)
    assert one.message == "1 file gives no card and the questions of 1 file are not sure"
    assert one.hint == '"make-deck outline --unsure" shows them'
    assert not [*check_choices(c for c in found if "ruled" in c.source.path)]


def test_only_what_is_worth_a_look(run: Run, notes: Path) -> None:
    said = run("outline", notes, "--unsure").stdout
    assert "trees  1 of 3 files is worth a look\n" in said
    assert "about.md  0 cards\n    no cards\n" in said  # and not "no cards; sure"
    assert "ruled.md" not in said
    (notes / "source" / "about.md").write_text("---\ncards: none\n---\n\nOnly words.\n", encoding="utf-8")
    assert run("outline", notes, "--unsure").stdout == "every file is sure\n"


def test_a_build_ends_with_the_number_of_doubtful_files(run: Run, notes: Path) -> None:
    said = run("build", notes, "--only", "apkg", "-o", notes / "out").stderr.splitlines()
    assert said[-2:] == ["info[files-unsure]: 1 file gives no card", '  hint: "make-deck outline --unsure" shows them']


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        (3, 'a card: "What is a heap?"', "<!-- no-card --> on the line above leaves it out"),
        (7, 'no card of its own: it is part of the card "What is a heap?" (line 3), which goes on to line 9',
         "<!-- card --> on the line above makes it one"),
        (1, ("no card: it stands in no question and no answer, since the questions are h2 headings "
         "(they ask or are numbered alike)"), ""),  # no answer stands below it
        (99, "the file has 13 lines", "the file has 13 lines"),
    ],
)  # fmt: skip
def test_why_a_line_is_a_card(run: Run, notes: Path, line: int, first: str, last: str) -> None:
    said = run("outline", "--why", f"{notes / 'source' / 'heap.md'}:{line}").stdout.splitlines()
    assert (said[0], said[-1]) == (first, last or first)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("## What is a?\n\nOne.\n\n| a | b |\n|---|---|\n| c | d |\n| e | f |\n", 7, ""),
        ("| Term | Meaning |\n|---|---|\n| heap | a tree |\n| stack | a pile |\n| queue | a line |\n", 4, ""),
        ("#flashcards\n\nheap::a tree\nstack::a pile\n", 4, "no-card"),
        ("## What is a?\n\n- one\n- two\n", 4, ""),
        ("## What is a?\n\n> [!note] Beside\n> two\n", 3, ""),
        ("- What is a? #card\n\t- One.\n- two\n\t- three\n", 3, "card"),
    ],
)  # fmt: skip
def test_why_promises_only_what_holds(run: Run, deck: Deck, text: str, line: int, word: str) -> None:
    file = deck({"a.md": text}) / "a.md"
    said = run("outline", "--why", f"{file}:{line}").stdout.splitlines()
    assert [sentence.split()[1] for sentence in said if "on the line above" in sentence] == ([word] if word else [])


def test_why_tries_the_other_ways_to_read_a_file(notes: Path) -> None:
    from exporter.reading.chapter import read_chapter
    from exporter.reading.why import why

    heap = next(c for c in chapters(notes) if "heap" in c.source.path)

    def reread(rule: str) -> Chapter | None:
        return read_chapter(heap.source.file, replace(settings(notes), questions={heap.source.path: rule})).value

    assert '"h3" would make it one: the third-level headings, 1 of them' in [*why(heap, 7, reread, lambda _: None)]


@pytest.mark.parametrize("place", ["heap.md", "nowhere.md:3", "source/heap.md:x"])
def test_why_wants_a_line_of_the_notes(run: Run, notes: Path, place: str) -> None:
    result = run("outline", notes, "--why", place)
    assert result.returncode == 2
    assert "--why" in result.stderr


def test_rules_are_ready_to_paste(notes: Path) -> None:
    found = learned_rules(chapters(notes))
    assert found["source/heap.md"] == "h2"
    assert "source/ruled.md" not in found
    config = settings(notes)
    assert suggested({"source/heap.md": "h2", "source/a [1].md": "none"}, config) == (
        '"heap.md" = "h2"\n"a [[]1].md" = "none"'
    )
    assert suggested({"source/heap.md": "h2"}, replace(config, questions={})) == '[questions]\n"heap.md" = "h2"'


def test_the_syntax_of_one_tool_is_suggested_by_its_name(run: Run, deck: Deck) -> None:
    """The lock keeps what it always had, as a rule that changes is news to readers."""
    tool = "#flashcards\n\nCell::The smallest unit\n\nWhat does a ribosome do?\n?\nProteins.\n"
    root = deck({"a.md": tool, "b.md": f"{tool}\nQ: What is a cell?\nA: A room.\n"})
    assert run("outline", root, "--suggest").stdout == '[questions]\n"a.md" = "flashcards"\n"b.md" = "interview"\n'
    assert [*learned_rules(read_chapters(settings(root)).value).values()] == ["interview", "interview"]


def test_a_pinned_rule_is_the_only_line_that_changes(notes: Path) -> None:
    before = (notes / "deck.toml").read_text(encoding="utf-8")
    assert not pin_rule(settings(notes), "source/heap.md", "h3")
    after = (notes / "deck.toml").read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == ['"heap.md" = "h3"']
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert settings(notes).questions["heap.md"] == "h3"
    assert [len(c.cards) for c in read_chapters(settings(notes)).value if "heap" in c.source.path] == [1]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", {"a.md": "h2"}),
        ('name = "x"\r\n', {"a.md": "h2"}),
        ('questions = { "b.md" = "h3" }\nname = "x"\n', {"b.md": "h3", "a.md": "h2"}),
        ('[questions]\n"a.md" = "h5" # was\n"*" = "h3"\n', {"*": "h3", "a.md": "h2"}),
        ('[questions]\n"a.md" = "h5" # was\n', {"a.md": "h2"}),
    ],
)
def test_a_rule_stands_behind_all_others(text: str, rules: dict[str, str]) -> None:
    written = with_rule(text, "a.md", "h2")
    assert tomllib.loads(written)["questions"] == rules
    assert [*tomllib.loads(written)["questions"]] == [*rules]
    assert ("\r\n" in text) == ("\r\n" in written)
    assert written.count("\r") == written.count("\r\n")


def test_a_name_with_signs_of_a_pattern_is_that_file(notes: Path) -> None:
    (notes / "source" / "a [1].md").write_text("## A\n\nOne.\n\n### B\n\nTwo.\n", encoding="utf-8")
    assert key_of("source/a [1].md", settings(notes)) == "a [[]1].md"
    pin_rule(settings(notes), "source/a [1].md", "h3")
    assert [len(c.cards) for c in read_chapters(settings(notes)).value if "[1]" in c.source.path] == [1]


def test_without_deck_toml_nothing_is_written(deck: Deck) -> None:
    root = deck({"heap.md": HEAP}, "loose")
    (found,) = pin_rule(settings(root), "heap.md", "h3")
    assert found.code == "source-missing"
    assert sorted(root.iterdir()) == [root / "heap.md"]


def choose(root: Path, keys: str) -> str:
    @click.command()
    def asked() -> None:
        choose_rules(doubtful(chapters(root)), settings(root))

    return CliRunner().invoke(asked, input=keys, catch_exceptions=False).output


def test_one_key_picks_a_way_to_read_a_file(notes: Path) -> None:
    said = choose(notes, "2")
    assert "\\x0a" not in said
    assert "What is a heap?" in said
    assert "Uses" in said
    assert '"h3" for source/heap.md stands in deck.toml' in said
    assert settings(notes).questions["heap.md"] == "h3"


@pytest.mark.parametrize("key", ["\r", "q", "7", "\x1b"])
def test_other_keys_write_nothing(notes: Path, key: str) -> None:
    before = (notes / "deck.toml").read_bytes()
    choose(notes, key)
    assert (notes / "deck.toml").read_bytes() == before


TERMS = """# Networks

Whoever keeps data for many people has to choose where it lies. That choice was made once
for all in the past, and is made anew each year now.

- SAN: storage that stands in a network of its own, apart from users
- NAS: a server whose disks are shared by everybody in the house
- VDI: desktops that run in the machine room, shown on thin clients
- CPU: what computes, one instruction after the other, very fast

Nobody needs all four of them on the first day. Most people meet two, and ask for the others when the
first bill comes or when a colleague leaves and takes with him what he knew.
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_shows_the_ways_and_takes_one_key(run: Run, deck: Deck) -> None:
    import pty

    root = deck({"deck.toml": "# mine\n", "source/terms.md": TERMS})
    (file,) = json.loads(run("outline", root, "--json").stdout)["files"]
    first, second = file["decision"]["alternatives"][:2]
    ours, theirs = pty.openpty()
    asked = subprocess.Popen(
        [sys.executable, "-m", "exporter", "outline", "--choose", root],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "200"},
    )
    os.close(theirs)
    shown = b""
    while b"q ends" not in shown:
        shown += os.read(ours, 4096)
    until = time.monotonic() + 20
    while asked.poll() is None and time.monotonic() < until:  # a key from before the terminal was set to keys is lost
        os.write(ours, b"2")
        time.sleep(0.05)
    assert asked.poll() == 0
    os.close(ours)
    assert f"1  {first['words']}" in shown.decode()
    assert f"2  {second['words']}" in shown.decode()
    assert (root / "deck.toml").read_text(
        encoding="utf-8"
    ) == f'# mine\n\n[questions]\n"terms.md" = "{second["rule"]}"\n'


def test_a_suggested_rule_reads_a_file_as_the_choice_did(run: Run, deck: Deck) -> None:
    bold = "**1. What is tea?**\nA drink.\n\n**2. What is milk?**\nWhite.\n\n"
    rest = "1. What is rice?\n   A grain.\n2. What is salt?\n   A mineral.\n\nQ: What is oil?\nA: Fat.\n"
    files = {"source/terms.md": TERMS, "source/bold.md": f"{bold}## What is sugar?\n\nSweet.\n", "source/rest.md": rest}
    root = deck({"deck.toml": "", **files})
    before = json.loads(run("outline", root, "--json").stdout)["files"]
    rules = run("outline", root, "--suggest").stdout
    assert tomllib.loads(rules)["questions"].keys() == {"terms.md", "bold.md", "rest.md"}
    (root / "deck.toml").write_text(rules, encoding="utf-8")
    after = json.loads(run("outline", root, "--json").stdout)["files"]
    assert [file["cards"] for file in after] == [file["cards"] for file in before]
    assert {file["decision"]["by"] for file in after} == {"rule"}


def test_suggested_rules_take_no_text_from_cards(run: Run, deck: Deck) -> None:
    files = {"source/terms.md": TERMS.rstrip() + "\n\n![[waves]]\n", "source/waves.md": "# Waves\n\nUp and down.\n"}
    root = deck({"deck.toml": "", **files})
    rules = run("outline", root, "--suggest").stdout
    assert tomllib.loads(rules)["questions"].keys() == {"terms.md"}
    (root / "deck.toml").write_text(rules, encoding="utf-8")
    assert "embed" not in run("check", root).stderr


def test_choosing_needs_a_terminal(run: Run, notes: Path) -> None:
    result = run("outline", notes, "--choose")
    assert result.returncode == 2
    assert "--unsure" in result.stderr


@pytest.mark.parametrize("options", [(), ("--json",), ("--left-out",), ("--unsure",)], ids=" ".join)
def test_what_was_told_of_the_same_notes_is_told_again(
    run: Run, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "home")
    for file in notes.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))  # a file just written is not trusted: clocks are coarse
    first = run("outline", notes, *options).stdout
    with monkeypatch.context() as patch:
        patch.setattr("exporter.pipeline.outline.read_outline", None)
        assert run("outline", notes, *options).stdout == first
    (notes / "source" / "new.md").write_text("## What is new?\n\nThis one.\n", "utf-8")
    assert run("outline", notes, *options).stdout != first or options == ("--unsure",)


def test_check_says_where_words_went_with_their_lines(run: Run, deck: Deck) -> None:
    notes = "Intro.\n\n# A\n\nMore.\n\n## What is A?\n\nA letter.\n\nIs it?\n\nYes.\n\n## What is B?\n\nIt.\n"
    root = deck({"a.md": notes, "b.md": "## What is C?\n\nA letter.\n"})
    said = run("check", root).stdout
    assert "a.md: 79 % on cards, 21 % introductions (lines 1, 5), 1 more line may be a question (line 11)\n" in said
    assert "b.md: 100 % on cards\n" in said
    assert said.endswith('"make-deck outline --left-out" lists what is left out, and what asks in an answer\n')
    listed = run("outline", root, "--left-out").stdout
    assert '11 Is it?  it stands in the answer of "What is A?"' in listed
    entries = json.loads(run("outline", root, "--json").stdout)["files"][0]["asks_in_answers"]
    assert [(entry["text"], entry["line"]) for entry in entries] == [("Is it?", 11)]


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.01, "a guess, look at it"), (0.4, "not sure, look at it"), (0.75, "probably right")],
)
def test_how_sure_a_choice_is_stands_in_words(notes: Path, confidence: float, words: str) -> None:
    from exporter.reading.why import why

    heap = next(c for c in chapters(notes) if "heap" in c.source.path)
    heap = replace(heap, decision=replace(UNSURE, confidence=confidence))
    assert explain(heap)[0][0][1].endswith(f"; {words}")
    said = next(why(heap, 1, lambda _: None, lambda _: None))
    assert said.endswith(f"; {words})")


def test_rules_are_proposed_where_nothing_was_chosen(run: Run, deck: Deck) -> None:
    about = "Some words about the course.\n\n" * 12
    tool = "# tool\n\nIt sorts files.\n\n## Installation\n\n```sh\npip install tool\n```\n\n## Usage\n\nCall `tool .` here.\n\n"
    files = {
        "terms.md": TERMS,
        "tool.md": f"{tool}## Contributing\n\nOpen an issue.\n\n## License\n\nMIT\n",
        "no.md": about,
    }
    root = deck({"deck.toml": "", **{f"source/{name}": text for name, text in files.items()}})
    said = run("outline", root, "--suggest").stdout
    proposals = said.split("# source/tool.md: nothing was chosen. It could be:\n")[1]
    assert proposals.splitlines()[0] == '# "tool.md" = "h2"  # 2 cards, first: Installation'
    assert tomllib.loads(said)["questions"].keys() == {"terms.md"}
    assert "# source/no.md: no rule finds a question" in said
