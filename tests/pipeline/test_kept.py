"""What is kept between builds: chapters, the fields of their cards, their pages. The same comes out as without."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from markdown_it.token import Token

from exporter.cards import has_fields, plan_notes
from exporter.config import Config, load_config
from exporter.diagnostics import Outcome
from exporter.machinery import cache
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Workers
from exporter.markup.math import MathError, MathJax
from exporter.model import Book, Chapter, LateTokens
from exporter.pipeline import chapters_ahead
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.chapters_ahead import read_ahead
from exporter.pipeline.formulas import check_formulas
from exporter.pipeline.pages_ahead import render_with
from exporter.print.kept_fonts import fonts_of
from exporter.print.pages import RenderChapters, render_handout, render_here, render_quiz
from exporter.reading import kept_chapters
from exporter.reading.chapter import read_chapter
from exporter.reading.folder import find_files
from exporter.reading.kept_chapters import has_chapter, keep_chapters
from tests.conftest import ROOT, Deck, Run

NOTES = """\
---
title: Kept notes
tags: [one]
---
# The title

Prose with a [link](#second) and ![a picture](a.png).

## 1. What is first? {#first}

An answer with $x^2 \\ne \\R$ and **bold** words, to be read [below](#second).

<!-- hint -->

Think of `code`.

## 2. What is second?

{{c1::A gap}} in a list:

- ![a picture](a.png)

## 3. What is left out?

## 4. 什么是选择？

- [x] 甲
- [ ] 乙

解释。
"""


def write_deck(deck: Deck, files: int = 3) -> Config:
    """A deck whose every chapter is long enough that processes are started for it."""
    text = {f"notes/{n}.md": NOTES.replace("first?", f"first of {n}?") + "words " * 20_000 for n in range(files)}
    root = deck(
        {"deck.toml": 'source = "notes"\n', "notes/a.png": (ROOT / "imgs/readme/cards.png").read_bytes(), **text}
    )
    config = load_config(root).value
    assert config
    return config


def with_tokens(value: object) -> object:
    """A value whose late tokens have been read."""
    if isinstance(value, LateTokens):
        return tuple(value)
    if isinstance(value, tuple):
        return tuple(map(with_tokens, value))
    if is_dataclass(value) and not isinstance(value, Token | type):
        return type(value), [with_tokens(getattr(value, f.name)) for f in fields(value)]
    return value


@pytest.fixture
def no_parsing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever parses a file here fails."""

    def fail(*_: object) -> Outcome[Chapter | None]:
        raise AssertionError("a file was parsed")

    monkeypatch.setattr(kept_chapters, "cut_chapter", fail)
    yield
    monkeypatch.undo()


def read(config: Config, kept: Cache) -> Outcome[Book]:
    return read_book(config, config.root / "dist", kept_sources(kept))


def pages_of(book: Book, config: Config, render: RenderChapters) -> list[object]:
    """The handout and the quiz, and what was said of them."""
    handout, quiz = render_handout(book, config, render, 0), render_quiz(book, config, render, 0)
    return [[page for _, page in handout.value], handout.diagnostics, quiz]


def test_a_kept_chapter_is_the_one_that_was_read(deck: Deck, tmp_path: Path) -> None:
    config = write_deck(deck, 1)
    kept = keep_chapters(Cache(tmp_path / "cache"))
    (file,) = find_files(config.source_path)
    fresh = read_chapter(file, config)
    first, again = kept(file, config), kept(file, config)
    assert again.value
    assert first.value
    assert isinstance(again.value.cards[0].back.tokens, LateTokens)
    assert again.diagnostics == first.diagnostics == fresh.diagnostics != ()
    assert with_tokens(again.value) == with_tokens(first.value) == with_tokens(fresh.value)


@pytest.mark.slow
def test_every_chapter_of_real_notes_is_kept_as_it_was_read(corpus: Path, tmp_path: Path) -> None:
    config = load_config(corpus / "others").value
    assert config
    kept = keep_chapters(Cache(tmp_path))
    for file in find_files(corpus):
        own = replace(config, root=file.parent, source_path=file)
        first, again = kept(file, own), kept(file, own)
        assert with_tokens(again.value) == with_tokens(first.value), file
        assert again.diagnostics == first.diagnostics, file


def test_what_did_not_change_is_not_parsed(deck: Deck, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Not for the deck, and not for its pages."""
    config = write_deck(deck)
    kept = Cache(tmp_path / "cache")
    book = read(config, kept).value
    guids = [f"guid{n}" for n in range(book.card_count)]
    plan = plan_notes(book, guids, config, kept)
    with Workers(1) as workers:
        pages = pages_of(book, config, render_with(MathJax(), config, kept, workers))
        request.getfixturevalue("no_parsing")
        again = read(config, kept).value
        assert plan_notes(again, guids, config, kept) == plan
        assert pages_of(again, config, render_with(MathJax(), config, kept, workers)) == pages


@pytest.mark.parametrize("numbered", [True, False])
def test_fonts_are_kept_for_the_characters_of_a_page(deck: Deck, tmp_path: Path, *, numbered: bool) -> None:
    config = write_deck(deck, 1)
    kept = Cache(tmp_path / "cache")
    [(_, page)] = render_handout(read(config, kept).value, config, render_here(MathJax()), 0).value
    made = fonts_of(page, Cache(None), numbered=numbered)
    assert fonts_of(page, kept, numbered=numbered) == made
    edited = replace(page, text=page.text[::-1])
    assert fonts_of(edited, Cache(tmp_path / "cache", read_only=True), numbered=numbered) == made
    assert len([file for file in (tmp_path / "cache/fonts").rglob("*") if file.is_file()]) == 1
    assert fonts_of(replace(page, text=page.text + "Ж"), kept, numbered=numbered) != made


class Asked(MathJax):
    """MathJax, and the formulas that it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.formulas: list[str] = []

    def find_fault(self, tex: str, *, display: bool) -> MathError | None:
        self.formulas.append(tex)
        return super().find_fault(tex, display=display)


def test_an_edit_beside_formulas_asks_about_those_that_are_new_or_wrong(deck: Deck, tmp_path: Path) -> None:
    text = "# Sums\n\n## What is one?\n\n$\\frac{a}{2}$ and $\\frac{a}{2}$, $a^2$.\n\n## What is two?\n\n$\\frac{$\n"
    root = deck({"deck.toml": 'source = "."\noutputs = ["apkg"]\n', "a.md": text})
    config = load_config(root).value
    assert config
    kept = Cache(tmp_path / "cache")

    def check() -> tuple[list[str], tuple[str, ...]]:
        mathjax = Asked()
        said = check_formulas(read(config, kept).value, config, mathjax, kept)
        return mathjax.formulas, tuple(d.code for d in said)

    assert check() == (["\\frac{a}{2}", "\\frac{"], ("math-invalid",))
    assert check() == ([], ("math-invalid",))
    (root / "a.md").write_text(text.replace("$a^2$.", "$\\sqrt{b}$, $b$."), encoding="utf-8")
    assert check() == (["\\sqrt{b}", "\\frac{"], ("math-invalid",))


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("notes/1.md", "An answer", "Another answer"),
        ("notes/1.md", "(#second)", "(0.md)"),
        ("deck.toml", "notes", 'notes"\nlang = "ja'),
        ("deck.toml", "notes", 'notes"\n[math.macros]\nR = "y'),
        ("deck.toml", "notes", 'notes"\n[print]\ntheme = "compact'),
        ("deck.toml", "notes", 'notes"\nsource_url = "https://example.org/{path}'),
        ("deck.toml", "notes", 'notes"\n[questions]\n"1.md" = "none'),
    ],
)
def test_whatever_changes_shows(deck: Deck, tmp_path: Path, place: str, old: str, new: str) -> None:
    """With a cache of another state the same is made as without a cache."""
    config = write_deck(deck, 2)
    kept = Cache(tmp_path / "cache")

    def make(store: Cache) -> list[object]:
        config = load_config(tmp_path / "deck").value
        assert config
        book = read(config, store)
        plan = plan_notes(book.value, [f"guid{n}" for n in range(book.value.card_count)], config, store)
        with Workers(1) as workers:
            return [
                book.diagnostics,
                plan,
                pages_of(book.value, config, render_with(MathJax(), config, store, workers)),
            ]

    before = make(kept)
    file = config.root / place
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    after = make(kept)
    assert after != before
    assert after == make(Cache(None))


def test_processes_leave_nothing_to_do(deck: Deck, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    config = write_deck(deck)
    kept = Cache(tmp_path / "cache")
    files = find_files(config.source_path)
    assert not any(has_chapter(file, config, kept) for file in files)
    with Workers(2) as workers:
        read_ahead(files, config, kept, workers)
        assert all(has_chapter(file, config, kept) for file in files)
        book = read(config, kept).value
        assert all(has_fields(chapter, book.assets, {}, config, kept) for chapter in book.chapters)
        here = pages_of(book, config, render_here(MathJax()))
        request.getfixturevalue("no_parsing")
        assert pages_of(read(config, kept).value, config, render_with(MathJax(), config, kept, workers)) == here


def test_a_process_that_fails_leaves_the_work_to_the_build(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chapters_ahead, "SECONDS", 0.001)
    config = write_deck(deck)
    kept = Cache(tmp_path / "cache")
    with Workers(2) as workers:
        read_ahead(find_files(config.source_path), config, kept, workers)
    assert read(config, kept).diagnostics == read(config, Cache(None)).diagnostics


# ------------------------------------------------------------------------------------------- whose an entry is


def test_an_entry_counts_only_for_who_made_it(tmp_path: Path) -> None:
    """A stranger's deck may bring a cache along."""
    stranger, user = Cache(tmp_path, b"s" * 32), Cache(tmp_path, b"u" * 32)
    stranger.keep("fields", ("x",), b"<script>")
    assert stranger.find("fields", ("x",)) == b"<script>"
    assert user.find("fields", ("x",)) is None
    (entry,) = (file for file in tmp_path.rglob("[!.]*") if file.is_file())
    entry.write_bytes(hashlib.sha256(b"<script>").digest() + b"<script>")
    assert user.find("fields", ("x",)) is None
    assert user.remember("fields", ("x",), lambda: b"<b>") == b"<b>"
    assert user.find("fields", ("x",)) == b"<b>"


def test_an_entry_in_the_place_of_another_is_none(tmp_path: Path) -> None:
    kept = Cache(tmp_path, b"u" * 32)
    kept.keep("fields", ("one",), b"1")
    (one,) = (file for file in tmp_path.rglob("[!.]*") if file.is_file())
    kept.keep("fields", ("two",), b"2")
    (two,) = (file for file in tmp_path.rglob("[!.]*") if file.is_file() and file != one)
    two.write_bytes(one.read_bytes())
    assert kept.find("fields", ("two",)) is None
    assert kept.find("fields", ("one",)) == b"1"


def test_who_may_only_read_writes_nothing(tmp_path: Path) -> None:
    writer, reader = Cache(tmp_path / "cache"), Cache(tmp_path / "cache", read_only=True)
    assert reader.remember("fields", ("x",), lambda: b"1") == b"1"
    assert not (tmp_path / "cache").exists()
    writer.keep("fields", ("x",), b"2")
    assert reader.remember("fields", ("x",), lambda: b"1") == b"2"


@pytest.mark.parametrize("command", ["check", "plan", "outline"])
def test_what_only_looks_leaves_the_cache_alone(command: str, run: Run, deck: Deck) -> None:
    root = deck(
        {
            "deck.toml": 'outputs = ["apkg"]\n',
            "source/a.md": NOTES,
            "source/a.png": (ROOT / "imgs/readme/cards.png").read_bytes(),
        }
    )
    assert run("build", root).returncode == 0
    (root / "source/b.md").write_text(NOTES.replace("first", "other"), encoding="utf-8")
    before = {file: file.stat().st_mtime_ns for file in (root / ".make-deck").rglob("*")}
    assert run(command, root).returncode == 0
    assert {file: file.stat().st_mtime_ns for file in (root / ".make-deck").rglob("*")} == before


def test_a_worker_has_the_secret_of_the_build(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    pickle.loads(pickle.dumps(kept)).keep("fields", ("x",), b"1")  # noqa: S301 - our own
    assert kept.find("fields", ("x",)) == b"1"


def test_a_link_in_the_cache_leads_nowhere(tmp_path: Path) -> None:
    """A stranger's deck may bring one along that leads to a file of the user's."""
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "file").write_bytes(b"precious")
    kept = Cache(tmp_path / "cache", b"u" * 32)
    kept.keep("fields", ("x",), b"1")
    (entry,) = (file for file in (tmp_path / "cache").rglob("[!.]*") if file.is_file())
    entry.unlink()
    entry.symlink_to(precious / "file")
    kept.keep("fields", ("x",), b"1")
    (tmp_path / "cache/more").symlink_to(precious)
    kept.trim(0)
    assert (precious / "file").read_bytes() == b"precious"
    (tmp_path / "other").symlink_to(precious)
    assert not Cache(tmp_path / "other", b"u" * 32).keeps


def test_a_key_of_the_wrong_length_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    (tmp_path / "key").write_bytes(b"short")
    assert cache.user_secret.__wrapped__() == cache.user_secret.__wrapped__() == (tmp_path / "key").read_bytes()


def test_the_secret_is_made_once_for_a_user_and_nobody_else_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "home")
    made = [cache.user_secret.__wrapped__() for _ in range(2)]
    assert made[0] == made[1] == (tmp_path / "home/key").read_bytes()
    assert len(made[0]) == 32
    assert (tmp_path / "home/key").stat().st_mode & 0o077 == 0
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["key"]


def test_without_a_home_the_secret_ends_with_the_process(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": "## What is it?\n\nIt is this.\n"})
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "LOCALAPPDATA": "/dev/null"}
    for _ in range(2):
        assert run("build", root, "-o", "out", "--only", "apkg", **nowhere).returncode == 0
