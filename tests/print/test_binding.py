"""A book's chapters are typeset apart and bound: the book has all that it would have in one piece."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path

import pikepdf
import pytest

from tests.conftest import Deck, Run
from tests.printed import elements, open_pdf, page_texts, render, squash, untagged

CHAPTER = """# Chapter {number}

## {number}.1 What is idea {number} of this book? {{#idea-{number}}}

It is **idea {number}**. See [the next one]({next}.md#idea-{next}).

```python
print({number})
```

![Picture {number}](p.png)

## {number}.2 What follows from idea {number}?

{text}
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Twelve chapters that refer to each other; the tenth page and later ones have two digits."""
    from PIL import Image

    root = tmp_path / "book"
    root.mkdir()
    Image.new("RGB", (60, 40), "teal").save(root / "p.png")
    for number in range(1, 13):
        text = "This is a long sentence about it. " * 20
        content = CHAPTER.format(number=number, next=number % 12 + 1, text=text)
        (root / f"{number}.md").write_text(content, encoding="utf-8")
    return root


def print_book(run: Run, root: Path, *arguments: str) -> Path:
    result = run("build", root, "-o", root / "out", "--only", "handout", *arguments)
    assert result.returncode == 0, result.stderr
    return root / "out" / "book.pdf"


def test_page_numbers_are_those_of_the_bound_book(run: Run, book: Path) -> None:
    texts = page_texts(print_book(run, book))
    count = len(texts)
    starts = {
        n: next(i for i, t in enumerate(texts, 1) if f"It is idea {n}." in t.replace("\n", " ")) for n in range(1, 13)
    }
    assert list(starts.values()) == list(range(3, 15))
    assert count == 14
    for number, text in enumerate(texts[1:], 2):
        assert f"{number} / {count}" in text
    contents = texts[0] + texts[1]
    for number, page in starts.items():
        assert re.search(rf"Chapter {number}[ .\u2002]*{page}\b", contents)
        assert f"See the next one (p. {starts[number % 12 + 1]})." in texts[page - 1].replace("\u2009", " ")


def test_a_book_with_emoji_has_page_numbers_in_the_font_of_its_text(run: Run, book: Path) -> None:
    for number in (1, 2):
        (book / f"{number}.md").write_text(
            f"# Chapter {number} 🍎\n\n## {number}.1 What is 🍐 {number}?\n\nA 🍇.\n", encoding="utf-8"
        )
    assert "2 / 14" in page_texts(print_book(run, book))[1]


def test_links_lead_into_other_chapters(run: Run, book: Path) -> None:
    with pikepdf.open(print_book(run, book)) as pdf:
        names = pdf.Root.Names.Dests.Names
        places = {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}
        assert list(places) == sorted(places)
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        leading = []
        for page in pdf.pages[2:]:
            for link in page.obj.get("/Annots", ()):
                assert "/A" not in link
                leading.append(pages[places[str(link.Dest)][0].objgen])
        assert leading == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 3]  # the link and its page number are one
        entries = [str(link.Dest) for page in list(pdf.pages)[:2] for link in page.obj.Annots]
        contents = [pages[places[entry][0].objgen] for entry in entries]
        assert contents == sorted(contents)
        assert len(entries) == len(set(entries)) == 36


def test_the_outline_is_one(run: Run, book: Path) -> None:
    with pikepdf.open(print_book(run, book)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [f"Chapter {n}" for n in range(1, 13)]
        assert all(len(item.children) == 2 for item in outline.root)
        assert int(pdf.Root.Outlines.Count) == 36


def test_each_font_and_picture_is_there_once(run: Run, book: Path) -> None:
    with pikepdf.open(print_book(run, book)) as pdf:
        fonts = [str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/DescendantFonts" in o]
        files = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
    assert len(fonts) == len(set(fonts)) == len(files)
    assert len(images) == 1


def test_the_tags_are_one_tree_in_reading_order(run: Run, book: Path) -> None:
    file = print_book(run, book)
    pdf = open_pdf(file, file.stat().st_mtime)
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    seen = [pages[element.Pg.objgen] for _, element in elements(file) if "/Pg" in element]
    assert seen == sorted(seen)
    assert set(seen) == set(range(1, 15))
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    keys = [int(numbers[i]) for i in range(0, len(numbers), 2)]
    assert keys == list(range(len(keys)))
    for page in pdf.pages:
        owners = numbers[2 * int(page.obj.StructParents) + 1]
        assert all(owner.Pg.objgen == page.obj.objgen for owner in owners)
        for link in page.obj.get("/Annots", ()):
            element = numbers[2 * int(link.StructParent) + 1]
            assert str(element.S) == "/Link"


@pytest.mark.parametrize("arguments", [("--jobs", "1"), ("--jobs", "3")])
def test_the_bytes_do_not_depend_on_processes_or_the_cache(run: Run, book: Path, arguments: tuple[str, ...]) -> None:
    first = print_book(run, book).read_bytes()
    assert print_book(run, book).read_bytes() == first
    shutil.rmtree(book / "out")
    assert print_book(run, book, *arguments).read_bytes() == first


def test_an_edit_sets_only_its_chapter_anew(run: Run, book: Path) -> None:
    print_book(run, book)
    kept = set((book / "out/.make-deck/pages").rglob("*"))
    text = (book / "5.md").read_text(encoding="utf-8")
    (book / "5.md").write_text(text.replace("It is **idea 5**", "It is **idea V**"), encoding="utf-8")
    file = print_book(run, book)
    new = [entry for entry in (book / "out/.make-deck/pages").rglob("*") if entry not in kept and entry.is_file()]
    assert len(new) in {
        2,
        3,
    }  # the front has the edition's date; one more where a number got other digits than expected
    assert "idea V" in page_texts(file)[6]


def test_a_longer_chapter_moves_the_numbers_of_all_after_it(run: Run, book: Path) -> None:
    print_book(run, book)
    text = (book / "1.md").read_text(encoding="utf-8")
    (book / "1.md").write_text(text + "\n\nMore of it. " * 300, encoding="utf-8")
    texts = page_texts(print_book(run, book))
    assert len(texts) > 14
    assert f"{len(texts)} / {len(texts)}" in texts[-1]
    page = next(i for i, t in enumerate(texts, 1) if "It is idea 12." in t)
    assert f"See the next one (p. {page})." in texts[page - 2].replace("\u2009", " ")


def write_book(deck: Deck, *chapters: str, **settings: str) -> Path:
    files: dict[str, str | bytes] = {f"{number}.md": text for number, text in enumerate(chapters, 1)}
    return deck(files, "book")


def test_a_line_may_end_right_behind_a_page_number(run: Run, deck: Deck) -> None:
    """Pango sets the thin space behind a number in the number's font when the line ends there."""
    many = "".join(f"## 2.{i} 什么是题 {i}？\n\n{'字' * i}，见[问题甲](1.md)，完。\n\n" for i in range(1, 41))
    root = write_book(deck, "# 甲\n\n## 1.1 什么是甲？\n\n甲。\n", f"# 乙\n\n{many}")
    text = squash("".join(page_texts(print_book(run, root))))
    assert text.count("问题甲(第3页)") == 40 or text.count("问题甲(第2页)") == 40


def test_characters_of_notes_are_never_taken_for_page_numbers(run: Run, deck: Deck) -> None:
    odd = "## 1.1 What is odd?\n\nThis \U0010f002\U0010f005 and `__PAGE__` and __PAGES__.\n"
    text = "".join(
        page_texts(print_book(run, write_book(deck, f"# One\n\n{odd}", "# Two\n\n## 2.1 What is not?\n\nThat.\n")))
    )
    assert "__PAGE__" in text


def test_chapters_with_like_names_keep_their_own_pages(run: Run, deck: Deck) -> None:
    chapter = "# {0}\n\n## What is {0}?\n\nIt is {0}.\n\n## Why {0}?\n\nBecause.\n"
    names = ("week.md", "week-1.md", "a/b.md", "a-b.md", "économie.md", "c++.md", "c#.md")
    root = deck({name: chapter.format(f"topic {i}") for i, name in enumerate(names)}, "book")
    file = print_book(run, root)
    texts = page_texts(file)
    with pikepdf.open(file) as pdf:
        listed = pdf.Root.Names.Dests.Names
        places = {bytes(listed[i]): listed[i + 1] for i in range(0, len(listed), 2)}
        links = [bytes(link.Dest) for page in pdf.pages for link in page.obj.get("/Annots", ())]
        assert set(links) <= set(places)
        assert len(set(links)) == 3 * len(names)
    for number in range(len(names)):
        page = next(i for i, text in enumerate(texts, 1) if f"It is topic {number}." in text)
        assert re.search(rf"topic {number}\?[ .\u2002]*{page}\b", texts[0])


def test_what_no_font_has_is_a_box_whatever_the_cache_holds(run: Run, deck: Deck) -> None:
    first = write_book(deck, "# One\n\n## 1.1 What is `ހށނ`?\n\nOld.\n", "# Two\n\n## 2.1 What is plain?\n\nPlain.\n")
    print_book(run, first)
    write_book(deck, "# One\n\n## 1.1 What is `ހށނ`?\n\nOld.\n", "# Two\n\n## 2.1 What is plain?\n\n`≠≡≤█` and ހ.\n")
    warm = print_book(run, first).read_bytes()
    shutil.rmtree(first / "out" / ".make-deck")
    cold = print_book(run, first)
    assert cold.read_bytes() == warm
    assert "ހށނ" in squash("".join(page_texts(cold)))


def test_an_accessible_book_is_tagged_throughout(run: Run, book: Path) -> None:
    (book / "deck.toml").write_text('source = "."\n[print]\naccessible = true\n', encoding="utf-8")
    file = print_book(run, book)
    assert untagged(file) == []
    levels = [int(tag[2]) for tag, _ in elements(file) if re.fullmatch(r"/H[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise([0, *levels]))
    with pikepdf.open(file) as pdf:
        assert b"pdfuaid" in bytes(pdf.Root.Metadata.read_bytes())
        assert all(str(link.Contents) for page in pdf.pages for link in page.obj.get("/Annots", ()))


def test_a_page_number_looks_as_if_it_were_set_in_one_piece(run: Run, book: Path) -> None:
    """The digits stand where `counter(page)` would have put them: flush with the text at its far side."""
    image = render(print_book(run, book), 3, 200).convert("L")
    foot = image.crop((0, int(image.height * 0.93), image.width, image.height)).point(lambda v: 255 if v < 160 else 0)
    box = foot.getbbox()
    assert box
    text = image.crop((0, 0, image.width, int(image.height * 0.9))).point(lambda v: 255 if v < 160 else 0).getbbox()
    assert text
    assert abs(box[2] - image.width + 39 * 200 / 25.4) < 12
    assert box[2] - box[0] < 70
