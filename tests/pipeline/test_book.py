"""A whole book of other people's notes, as it is: 46 chapters in a dozen dialects, with their pictures."""

from __future__ import annotations

import html
import re
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from exporter.config import load_config
from exporter.markup.math import MathError, MathJax, expand
from exporter.model import Card, Prose
from exporter.pipeline.book import read_book
from tests.backend import collection, import_package
from tests.conftest import CORPUS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real notes is not here"),
]

SOURCE_FAULTS = {"### 1. 安装 Redis**": "a heading that ends in two stars"}
"""What is wrong in the notes themselves and stays as it is."""

LEFT_OVERS = {
    "literal stars": r"\*\*",
    "an image's source": r"!\[[^\]]*\]\(",
    "a link's source": r"(?<!\])\]\((?:https?:|#)",
    "a heading's source": r"^#{1,6} \S",
    "a fence": r"```",
    "a tag": r"</?(?:div|p|br|img|font|summary|details|h\d)\b",
    "a table's source": r"^\s*\|[^|\n]+\|[^|\n]+\|",
    "an environment": r"\\begin\{",
    "dollars": r"\$[^$\n]{1,80}\$",
}


def visible(fields: list[str]) -> str:
    """What a reader sees of question and answer, without code and formulas."""
    text = "\n".join(fields[:2])
    text = re.sub(r'<div class="code">.*?</div>|<code>.*?</code>|<pre.*?</pre>|<a .*?</a>', "", text, flags=re.DOTALL)
    text = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_nothing_of_the_markdown_is_left_on_a_card(real_book: Path) -> None:
    with zipfile.ZipFile(real_book / "book.apkg") as archive:
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read("collection.anki2"))
    found: Counter[str] = Counter()
    for (fields,) in database.execute("select flds from notes"):
        text = visible(fields.split("\x1f"))
        for fault in SOURCE_FAULTS:
            text = text.replace(fault.lstrip("# "), "")
        for name, pattern in LEFT_OVERS.items():
            found.update(f"{name}: {m[0][:60]}" for m in re.finditer(pattern, text, re.MULTILINE))
    assert found == Counter()


def test_every_picture_that_is_there_is_in_the_deck_and_every_other_is_a_warning(
    real_book: Path, tmp_path: Path
) -> None:
    config = load_config(CORPUS / "book").value
    assert config
    book = read_book(config, tmp_path).value
    asked = {(c.source.path, str(t.attrs["src"])) for c in book.chapters for t in images(c.items)}
    missing = asked - set(book.assets)
    said = (real_book / "said").read_text(encoding="utf-8")
    for path, address in missing:
        assert re.search(rf"{re.escape(path)}:\d+:\d+: warning\[image-(?:missing|remote|invalid|outside)\]", said), (
            address
        )
    with collection(tmp_path / "reader") as col:
        import_package(col, real_book / "book.apkg")
        assert not col.media.check().missing
        assert not col.media.check().unused
        assert not col.get_empty_cards().notes


def images(items: object) -> list:
    found = []
    for item in items:
        bodies = (
            [item.front, item.back, item.hint, item.extra]
            if isinstance(item, Card)
            else [item.body]
            if isinstance(item, Prose)
            else []
        )
        for body in filter(None, bodies):
            for token in body.tokens:
                found += [child for child in token.children or () if child.type == "image"]
    return found


def test_every_formula_is_typeset_or_wrong_in_the_notes(tmp_path: Path) -> None:
    config = load_config(CORPUS / "book").value
    assert config
    book = read_book(config, tmp_path).value
    formulas: set[str] = set()

    def collect(tokens: object) -> None:
        for token in tokens:
            if token.type in ("math", "math_block"):
                formulas.add(token.content)
            collect(token.children or ())

    for chapter in book.chapters:
        for item in chapter.items:
            bodies = (
                [item.front, item.back, item.hint, item.extra]
                if isinstance(item, Card)
                else [getattr(item, "body", None)]
            )
            for body in filter(None, bodies):
                collect(body.tokens)
    mathjax = MathJax()
    wrong = {tex for tex in formulas if isinstance(mathjax.typeset(expand(tex, {}), display=True), MathError)}
    assert len(formulas) > 1300
    assert wrong == {r"(X\)", r"(y\)"}
