"""Right to left in print: what runs which way, and where it stands on the page."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2
import pytest

from exporter.print.pages.direction import direct, direct_line, direction_of, isolate
from tests.conftest import Deck, Run
from tests.print.test_print import build
from tests.printed import page_texts

NOTES = """# شبكات

## ما هو HTTP؟

بروتوكول يستخدم TCP.

- بند أول

| مفتاح | قيمة |
|---|---|
| منفذ | 80 |

An English sentence with a full stop.

## ما هي الذاكرة؟

مخزن.
"""


@pytest.mark.parametrize(
    ("markup", "around", "directed"),
    [
        ("<p>عربي Latin.</p>", "rtl", "<p>عربي Latin.</p>"),
        ("<p>Latin عربي.</p>", "rtl", '<p dir="ltr">Latin عربي.</p>'),
        ("<p>עברית.</p>", "ltr", '<p dir="rtl">עברית.</p>'),
        ('<p class="lead">Latin.</p>', "rtl", '<p dir="ltr" class="lead">Latin.</p>'),
        ("<p><code>int</code> عربي</p>", "rtl", "<p><code>int</code> عربي</p>"),
        ("<p>12 <img alt='x'> &amp; عربي</p>", "rtl", "<p>12 <img alt='x'> &amp; عربي</p>"),
        ("<td>TCP.</td><td>80</td>", "rtl", '<td><span dir="ltr">TCP.</span></td><td>80</td>'),
        ("<ul><li>بند</li><li>two words.</li></ul>", "rtl", '<ul><li>بند</li><li><span dir="ltr">two words.</span></li></ul>'),
        ("<ul><li>One word.</li></ul>", "rtl", '<ul dir="ltr"><li><span dir="ltr">One word.</span></li></ul>'),
        ("<ol><li>UDP</li><li>7</li></ol>", "rtl", '<ol><li><span dir="ltr">UDP</span></li><li>7</li></ol>'),
        ("<pre><code>x = 1</code></pre>", "rtl", "<pre><code>x = 1</code></pre>"),
    ],
)  # fmt: skip
def test_a_block_runs_as_its_first_letter_says(markup: str, around: str, directed: str) -> None:
    assert direct(markup, "rtl" if around == "rtl" else "ltr") == directed


def test_what_has_one_direction_is_left_as_it_is() -> None:
    assert direct("<p>Latin.</p>", "ltr") == "<p>Latin.</p>"
    assert direct_line("Latin", "ltr") == "Latin"
    assert isolate("Latin") == "Latin"
    assert isolate("ما؟") == "\u2067ما؟\u2069"
    assert [direction_of(lang) for lang in ("ar-EG", "he", "fa", "en", "zh-CN")] == ["rtl", "rtl", "rtl", "ltr", "ltr"]


def test_a_page_from_right_to_left_is_mirrored(run: Run, deck: Deck) -> None:
    """Question numbers, first columns and bullets stand at the right; page numbers of the contents at the left."""
    file = build(run, deck({"notes.md": NOTES}))
    page = pypdfium2.PdfDocument(file)[0]
    width, height = page.get_size()
    words = page.get_textpage()
    boxes = [words.get_rect(index) for index in range(words.count_rects())]
    said = [(box, words.get_text_bounded(*box).strip()) for box in boxes if 60 < box[1] < height - 60]
    right = width - 39 / 25.4 * 72
    numbers = [box for box, text in said if text == "1" and box[3] - box[1] > 7]
    assert any(abs(box[2] - right) < 3 for box in numbers)
    assert any(box[0] < 120 for box, text in said if text == "1")
    arabic = [(box, text) for box, text in said if re.search("[\u0600-\u06ff]{3}", text)]
    assert all(box[2] > width / 2 for box, text in arabic if text != "قيمة")  # the head of the table's second column
    (column,) = [box for box, text in said if text == "80"]
    assert column[0] < width * 0.6
    (english,) = [box for box, text in said if text.startswith("An English")]
    assert english[0] < 120
    assert [text for _, text in said if text.startswith("An English")] == ["An English sentence with a full stop."]


def test_a_quiz_and_cards_from_right_to_left(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": NOTES})
    for form in ("quiz", "flashcards"):
        page = pypdfium2.PdfDocument(build(run, root, only=form))[0]
        words = page.get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
        arabic = [box for box in boxes if re.search("[\u0600-\u06ff]", words.get_text_bounded(*box))]
        assert arabic
        if form == "quiz":
            assert all(
                box[2] > page.get_size()[0] / 2
                for box in arabic
                if 200 < box[1] < page.get_size()[1] - 150 and box[3] - box[1] > 8
            )


def test_arabic_is_copied_as_it_was_written(run: Run, deck: Deck) -> None:
    """Letters that one glyph shows, and letters that are told apart by dots alone."""
    words = "بروتوكول يستخدم شبكة نقطة أولى ثانية لأنه لا إله في المنفذ والسلام"
    text = page_texts(build(run, deck({"notes.md": f"# شبكات\n\n## ما هو؟\n\n{words}.\n"})))[0]
    assert [word for word in words.split() if word not in unicodedata.normalize("NFKC", text)] == []
