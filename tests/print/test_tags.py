"""The tags of a PDF say all words in order, and no more elements than say something."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests.conftest import Deck, Run
from tests.printed import elements, marked_text, open_pdf, spoken

CHAPTER = """# Running title {0}

## 1. What is **w01** and `w02` of w03? {{#q{0}}}

w04 is *w05*, **w06 [w07](#q{0}) w08**, w09.

{long}

- w10
- w11 `w12`

  w13

  1. w14
  2. **w15**
- w16

> w17
>
> w18

```python
def w19(w20):
    return w21
```

```
w22
```

| w23 | **w24** |
|---|---|
| w25 | `w26` |

<table><tr><th>w27</th><td>w28</td></tr><tr><th>w29</th><td>w30</td></tr></table>

w31
"""


def chapter(number: int) -> str:
    return CHAPTER.format(number, long="These are the words of a long text. " * 30)


@pytest.fixture(params=[1, 2], ids=["whole", "bound"])
def file(request: Any, run: Run, deck: Deck) -> Path:
    """A handout of so many chapters: of one it is typeset as it is, of two they are bound."""
    root = deck({f"{n}.md": chapter(n) for n in range(1, request.param + 1)}, "tagged")
    result = run("build", root, "-o", root / "out", "--only", "handout")
    assert result.returncode == 0, result.stderr
    return root / "out" / "tagged.pdf"


def test_tags_say_every_word_in_order(file: Path) -> None:
    text = spoken(file)
    words = re.findall(r"w\d\d", text[text.index("w04") :])
    once = [f"w{n:02}" for n in range(4, 32)]
    titles = ["w01", "w02", "w03"]
    assert words in (once, [*once, *titles, *once])
    assert text.count("Running title") <= 2 * text.count(
        "w31"
    )  # in the contents and above its chapter, not on each page


def test_content_and_tags_name_each_other(file: Path) -> None:
    pdf = open_pdf(file, file.stat().st_mtime)
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    owners = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    held: dict[Any, list[int]] = {}
    for _, element in elements(file):
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary):
                held.setdefault(element.Pg.objgen, []).append(int(kid))
                page = int(element.Pg.StructParents)
                assert owners[page][int(kid)].objgen == element.objgen
            elif "/Obj" in kid:
                assert owners[int(kid.Obj.StructParent)].objgen == element.objgen
            elif "/S" in kid:
                assert kid.P.objgen == element.objgen
    for page in pdf.pages:
        assert sorted(held.get(page.obj.objgen, [])) == list(range(len(owners[int(page.obj.StructParents)])))


def test_elements_that_say_nothing_are_not_there(file: Path) -> None:
    found = Counter(tag for tag, _ in elements(file))
    assert not found.keys() & {"/Span", "/NonStruct", "/Div"}
    assert {"/H1", "/P", "/L", "/LI", "/Lbl", "/LBody", "/BlockQuote", "/Table", "/TR", "/TD", "/Link"} <= found.keys()


def test_lines_of_a_paragraph_are_one_piece(file: Path) -> None:
    pdf = open_pdf(file, file.stat().st_mtime)
    pieces = [text for page in pdf.pages for text in marked_text(page).values()]
    assert max(len(text) for text in pieces if "the words of a long text" in text) > 900


def test_heads_say_whether_they_are_of_a_row_or_a_column(file: Path) -> None:
    scopes = [str(element.A.Scope) for tag, element in elements(file) if tag == "/TH"]
    assert scopes[:4] == ["/Column", "/Column", "/Row", "/Row"]
    assert not any("/ID" in element for _, element in elements(file))


def test_a_caption_stays_with_its_figure(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "# A\n\n## 1. What?\n\n![One](p.png)\n\n![Two](p.png)\n"}, "figures")
    Image.new("RGB", (60, 40), "teal").save(root / "p.png")
    assert run("build", root, "-o", root / "out", "--only", "handout").returncode == 0
    groups = [
        [str(kid.S) for kid in element.K] for tag, element in elements(root / "out/figures.pdf") if tag == "/NonStruct"
    ]
    assert groups == [["/Figure", "/Caption"], ["/Figure", "/Caption"]]
