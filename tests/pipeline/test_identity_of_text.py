"""Nothing is altered: the words and the code of notes, as they stand in the fields of cards and in the PDF.

In: notes, made up or real. What may differ is named here, and nothing else is.
"""

from __future__ import annotations

import hashlib
import html
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it.token import Token

from exporter.cards import chapter_fields
from exporter.config import Config, load_config
from exporter.machinery.cache import Cache
from exporter.model import Book, CardKind, Section
from exporter.pipeline.book import read_book
from exporter.reading.references import bodies_of
from exporter.reading.used_keys import used_up
from tests.command import call_here
from tests.conftest import Deck, Run
from tests.printed import body_text, is_printed, page_texts, squash
from tests.reading.test_conservation import NOTES

DIFFERS = {
    "spaces, line ends and the hyphens at them": squash,
    "a mark that only chooses the shape of an emoji": lambda text: re.sub("[\ufe00-\ufe0f\u200d]", "", text),
    "quotation marks of the language that a page is set in": lambda text: re.sub("[«»‹›]", '"', text),
    "signs without a shape, which join, part and direct letters": lambda text: re.sub(SHAPELESS, "", text),
    "marks above and below Thai letters, drawn as others than their own glyphs": lambda text: re.sub(THAI, "", text),
    "control characters, which no font has": lambda text: re.sub(r"[\x00-\x1f\x7f-\x9f]", "", text),
}
"""What is not compared on a page; on a card code is compared sign by sign, and words up to spaces and line ends."""

SHAPELESS = "[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]"
THAI = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
COPIED_OTHERWISE = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
"""Letters that run from right to left, which readers of PDFs put in order by guess. `tests/print/test_direction.py` looks at
words."""

READ_BACKWARDS = re.compile("[\U00010000-\U0010ffff]")
"""Characters beyond the first plane, such as emoji: among letters that run from right to left PDFium turns their halves round
and shows nothing, while Poppler has them."""

CALLOUT = re.compile(r"^\[!\w+\][-+]?[ \n]*")
"""The sign of a callout is its frame."""

CODE = frozenset({"code_inline", "fence", "code_block"})


def alike(text: str) -> str:
    for change in DIFFERS.values():
        text = change(text)
    return text


def pieces(tokens: Iterator[Token] | tuple[Token, ...]) -> Iterator[tuple[str, str]]:
    """The kind and the text of each visible piece; formulas and pictures are no text."""
    for token in tokens:
        if token.type in ("text", "text_special", *CODE):
            yield token.type, CALLOUT.sub("", token.content)
        elif token.type not in ("image", "figure", "media", "math", "math_block", "comment", "front_matter"):
            yield from pieces(tuple(token.children or ()))
            if "note" in token.meta:
                yield from pieces(tuple(token.meta["note"]))


def read(root: Path) -> tuple[Book, Config]:
    config = load_config(root).value
    assert config
    return read_book(config, root / "dist").value, config


def fields_of(book: Book, config: Config) -> list[str]:
    """The text of each card's fields, as a reader sees it."""
    shown = []
    for chapter in book.chapters:
        for card, made in zip(
            chapter.cards, chapter_fields(chapter, book.assets, {}, config, Cache(None)), strict=True
        ):
            text = "\n".join(made.values.values())
            if card.kind is CardKind.CLOZE:
                text = re.sub(r"\{\{c\d+::|(?:::[^{}:]*)?\}\}", "", text)
            shown.append(html.unescape(re.sub(r"<[^>]+>", "", text)))
    return shown


def altered_on_cards(book: Book, config: Config) -> list[str]:
    """The pieces of cards that their notes do not hold as they were written."""
    cards = [card for chapter in book.chapters for card in chapter.cards]
    found = []
    for card, shown in zip(cards, fields_of(book, config), strict=True):
        flat = squash(shown)
        for kind, text in (piece for body in bodies_of(card) for piece in pieces(tuple(body.tokens))):
            written = text.rstrip("\n") if kind in CODE else squash(text)
            if written not in (shown if kind in CODE else flat):
                found.append(f"{card.span}: {kind} {text!r}")
    return found


def altered_on_pages(book: Book, printed: str) -> list[str]:
    """The pieces of cards, introductions and headings that are not in the text of a PDF as they were written."""
    found = []
    for chapter in book.chapters:
        on_cards = used_up(chapter.items)
        for item in (item for place, item in enumerate(chapter.items) if place not in on_cards):
            bodies = (item.title,) if isinstance(item, Section) else bodies_of(item)
            for body in bodies:
                turned = READ_BACKWARDS if COPIED_OTHERWISE.search(body.markdown) else re.compile("(?!)")
                for kind, text in pieces(without_lone_head(body.tokens)):
                    lines = (turned.sub("", line) for line in (text.split("\n") if kind in CODE else [text]))
                    lost = (line for line in lines if not is_printed(alike(line), printed))
                    found += [f"{body.span}: {kind} {line!r}" for line in lost if not COPIED_OTHERWISE.search(line)]
    return found


def without_lone_head(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without a table of no row at their end: its rows are cards, and the names of its columns are not printed."""
    kinds = [token.type for token in tokens]
    start = max((place for place, kind in enumerate(kinds) if kind == "table_open"), default=len(kinds))
    is_lone = kinds[-1:] == ["table_close"] and kinds[start:].count("tr_open") == 1
    return tuple(tokens[:start] if is_lone else tokens)


def printed_text(root: Path, out: Path) -> str:
    built = call_here(("build", root, "-o", out, "--only", "handout"), out.parent)
    assert built.returncode == 0, built.stderr
    file = next(out.glob("*.pdf"))
    whole = "".join(page_texts(file))  # a line with the number in its margin; the other has paragraphs over two pages
    return alike(f"{whole}\n{body_text(file)}")


MADE_UP = {
    "code.md": "# Code\n\n## How is it written?\n\n```py\nfor i in range(3):\n\tprint(f\"{i:>4}\", '%% <b> &amp; “x”')\n\n\n"
    "x = a  <  b  and  c ...  -- fi\n```\n\nWith `a  b`, `<i>`, `--flag`, `\\n`, ` `` ` and `x...y`.\n\n    indented  code\n",
    "signs.md": "# Signs\n\n## Which signs?\n\n“Quotes”, 'single' -- dashes --- dots... (c) 1/2 3x4 → ← ≤ ≥ ½ № ™ €5 US$3 a_b_c 2*3*4 "
    "\\* \\_ &lt;tag&gt; &copy; it's l'eau « oui » ¿qué? ﬁne naïve café ÄÖÜß Ωmega Привет 汉字，标点。「引」 日本語 한국어.\n",
    "lists.md": "# Lists\n\n## Which numbers?\n\n7) seven\n8) eight\n\n```\ncut\n```\n\n9) nine\n\na. first\nb. second\n\n"
    "| a | b |\n|---|---|\n| 1 | `x|y` |\n\n- [ ] open\n- [x] done\n\nTerm\n: Definition.\n\nA note.[^1]\n\n[^1]: Its text.\n",
    "cloze.md": "# Cloze\n\n## What is hidden?\n\nThe {{c1::first}} and the {{c2::`second`::a hint}}, $x_{{c1::i}}$ too.\n",
    "choice.md": "# Choice\n\n## Which one?\n\n- [ ] tea\n- [x] `milk`\n\nBecause it is white.\n",
}


QUICK = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def test_made_up_notes_are_on_cards_and_pages_as_they_were_written(deck: Deck, tmp_path: Path) -> None:
    root = deck(dict(MADE_UP))
    book, config = read(root)
    assert book.card_count == len(MADE_UP)
    assert altered_on_cards(book, config) == []
    assert altered_on_pages(book, printed_text(root, tmp_path / "out")) == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(NOTES)
def test_notes_of_all_forms_are_on_cards_as_they_were_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    assert altered_on_cards(*read(tmp_path / "notes.md")) == []


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(NOTES)
def test_notes_of_all_forms_are_on_pages_as_they_were_written(run: Run, tmp_path: Path, text: str) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))  # in one folder a file is read as for its last edition
    (folder / "notes.md").write_text(text, encoding="utf-8")
    book, _ = read(folder / "notes.md")
    if book.chapters:
        assert altered_on_pages(book, printed_text(folder / "notes.md", folder / "out")) == []


REAL = ("seed", "others", "truth", "editions/2026-07", "book")
SET = ("seed", "editions/2026-07")
"""What is typeset as a whole."""
SAMPLE = 16
"""So many of the other folders are typeset in a minute or two, those with the smallest digests of their names."""


def sample(corpus: Path) -> list[str]:
    """Folders of all families of the corpus. Of `truth`, what is kept to score detection is never looked at."""
    folders = [
        path
        for family in ("others", "truth/files", "book")
        for path in sorted((corpus / family).iterdir())
        if path.is_dir() and not (family == "truth/files" and is_kept(path.name))
    ]
    digests = {path: hashlib.sha256(path.name.encode()).hexdigest() for path in folders}
    families = {path: path.parent for path in folders}
    ordered = sorted(folders, key=digests.__getitem__)
    first = [next(path for path in ordered if families[path] == family) for family in dict.fromkeys(families.values())]
    return [str(path.relative_to(corpus)) for path in dict.fromkeys((*first, *ordered))][:SAMPLE]


def is_kept(name: str) -> bool:
    return any(
        int(hashlib.sha256(form.encode()).hexdigest(), 16) % 5 == 0 for form in (name, name.replace("+", "/", 1))
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_notes_are_on_cards_as_they_were_written(corpus: Path, name: str) -> None:
    assert altered_on_cards(*read(corpus / name)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SET)
def test_real_notes_are_on_pages_as_they_were_written(corpus: Path, tmp_path: Path, name: str) -> None:
    book, _ = read(corpus / name)
    printed = printed_text(corpus / name, tmp_path / "out")
    assert altered_on_pages(book, printed) == []


@pytest.mark.slow
def test_a_sample_of_real_notes_is_on_pages_as_it_was_written(corpus: Path, tmp_path: Path) -> None:
    altered = []
    for number, name in enumerate(sample(corpus)):
        book, _ = read(corpus / name)
        if book.card_count:
            out = tmp_path / str(number)
            out.mkdir()
            altered += altered_on_pages(book, printed_text(corpus / name, out / "out"))
    assert altered == []


@pytest.mark.slow
@settings(QUICK, max_examples=60)
@given(NOTES)
def test_many_notes_of_all_forms_are_on_pages_as_they_were_written(tmp_path: Path, text: str) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))  # in one folder a file is read as for its last edition
    (folder / "notes.md").write_text(text, encoding="utf-8")
    book, _ = read(folder / "notes.md")
    if book.chapters:
        assert altered_on_pages(book, printed_text(folder / "notes.md", folder / "out")) == []
