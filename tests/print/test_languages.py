"""Several languages in one book: each keeps its punctuation and its shapes, and text is copied as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from exporter.print.fonts import MARKS_FAMILY, han_language, prepare_fonts
from exporter.print.pages.cjk_spacing import autospace
from exporter.print.pages.han_lines import even_out
from exporter.reading.card_language import card_language
from tests.conftest import Deck, Run
from tests.print.test_print import book_of, build
from tests.printed import page_texts, squash

ENGLISH = "Long words, “curly” words, don’t, an em—dash… and (OFL)."
CHINESE = "网络（Network），指互连；它是“互联网”。中文、《书》……还有。"
MIXED = "网络（wǎngluò），指互连。Say “你好” and ‘hi’, isn’t it?"
JAPANESE = "直角（ちょっかく）、骨格。「こんにちは」と言う。"
TAIWAN = "網路（Network），骨、直、與、門。這個題目說「你好」，還沒有學會。"


def text_of(file: Path) -> str:
    return " ".join(" ".join(page_texts(file)).split())


def fonts_of(file: Path) -> set[str]:
    """The names of the fonts of a PDF, without the six letters of a subset."""

    def names() -> Iterator[str]:
        with pikepdf.open(file) as pdf:
            for item in pdf.objects:
                if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                    yield str(item.FontName).lstrip("/").split("+")[-1]

    return set(names())


def test_one_file_of_two_languages_is_copied_as_written(run: Run, deck: Deck) -> None:
    notes = f"# N\n\n## How?\n\n{ENGLISH}\n\n## 什么？\n\n{CHINESE}\n\n## How do you say “it”?\n\n{MIXED}\n"
    for form in ("handout", "quiz"):
        said = text_of(build(run, deck({"a.md": notes}), only=form))
        for sentence in (ENGLISH, CHINESE, MIXED):
            assert sentence in said


def test_a_book_of_files_has_each_in_the_shapes_of_its_language(run: Run, deck: Deck) -> None:
    root = deck({
        "a.md": f"# 网络\n\n## 什么是网络？\n\n{CHINESE}\n\n## 骨是什么？\n\n直。\n",
        "b.md": f"# N\n\n## How?\n\n{ENGLISH}\n",
        "c.md": f"---\nlang: ja\n---\n# 日本\n\n## 直と骨とは何ですか？\n\n{JAPANESE}\n",
        "d.md": f"# 網路\n\n## 什麼是網路？\n\n{TAIWAN}\n",
    })  # fmt: skip
    file = build(run, root)
    said = text_of(file)
    for sentence in (ENGLISH, CHINESE, JAPANESE, TAIWAN):
        assert sentence in said
    names = {name.replace("-", "").lower() for name in fonts_of(file)}
    assert any("deckhanja" in name for name in names), names
    assert any("deckhanzhtw" in name for name in names), names


@pytest.mark.parametrize(
    ("lang", "han"),
    [
        ("zh", "zh"), ("zh-CN", "zh"), ("zh-TW", "zh-tw"), ("zh-HK", "zh-tw"), ("zh-Hant", "zh-tw"), ("zh-Hant-MO", "zh-tw"),
        ("ja-JP", "ja"), ("ko", "ko"), ("en", ""),
    ],
)  # fmt: skip
def test_the_shapes_of_a_language(lang: str, han: str) -> None:
    assert han_language(lang) == han


def test_fonts_of_other_languages_are_there_only_where_they_are_used() -> None:
    families = {face.family for face in prepare_fonts("骨a", "zh", foreign={"ja": "骨a", "ko": "no Han"}).faces}
    assert {family for family in families if "Han" in family} == {"Deck Han ja"}
    assert MARKS_FAMILY in {face.family for face in prepare_fonts("don’t", "en").faces}


def test_wide_quotation_marks_around_han_in_latin_text() -> None:
    marked = 'say <span class="wide">“</span>你好<span class="wide">”</span> and <span class="latin">“</span>hi”'
    assert autospace("say “你好” and “hi”", mark_wide=True) == marked
    assert "wide" not in autospace("说“你好”。")


def test_emphasis_is_italic_where_letters_have_an_italic(run: Run, deck: Deck) -> None:
    names = fonts_of(build(run, deck({"a.md": "# B\n\n## What is *Homo sapiens*?\n\nA *primate*, says “it”.\n"})))
    assert any("Italic" in name for name in names), names
    names = fonts_of(build(run, deck({"a.md": "# 集\n\n## 什么是*网络*？\n\n它是*互联网*，指互连。\n"})))
    assert not any("Italic" in name for name in names), names


def test_names_in_latin_letters_leave_a_card_its_language(deck: Deck) -> None:
    notes = """# Java

### 1. ArrayList和LinkedList的区别？
ArrayList 底层是数组，查询快。

### 2. synchronized 和 ReentrantLock 区别？
synchronized是关键字，ReentrantLock是类

### 3. What is a hash table (哈希)?
An array in which the place of a value follows from its key.
"""
    _, book = book_of(deck({"a.md": notes}))
    assert [card_language(card, "zh-CN") for chapter in book.chapters for card in chapter.cards] == [
        "zh-CN",
        "zh-CN",
        "en",
    ]


def test_what_shaping_parts_is_drawn_and_copied_as_written(run: Run, deck: Deck) -> None:
    """ำ is drawn as two signs, ொ on both sides of a consonant, and شی as one: none is missing, each is copied."""
    words = "แนะนำ คำถาม ทำ", "கொடு", "កើត កោះ", "جزوه شی و ویژگی", "Wait… 0.5"
    notes = "# N\n\n" + "\n\n".join(f"## What is {number}?\n\n{word}" for number, word in enumerate(words)) + "\n"
    built = run("build", deck({"n.md": notes}) / "n.md", "--only", "handout", "-o", "out")
    assert "glyph-missing" not in built.stderr
    said = unicodedata.normalize("NFKC", text_of(next(deck({}).parent.glob("out/*.pdf"))))
    for word in (words[0], words[3], words[4]):
        assert unicodedata.normalize("NFKC", word) in said


def test_no_paragraph_of_chinese_ends_with_one_character(run: Run, deck: Deck) -> None:
    text = (
        "这一段文字写得不长不短正好用来看看最后一行是不是只剩下一个字那样的版面不好看也不好读所以末尾两个字总在一起走"
    )
    notes = "# 书名\n\n## 怎么排？\n\n" + "".join(
        f"{text[:length]}。\n\n- {text[:length]}\n\n" for length in range(28, 52)
    )
    lines = [line.strip() for page in page_texts(build(run, deck({"a.md": notes}))) for line in page.splitlines()]
    assert sum(line.startswith("这一段") for line in lines) == 48
    assert not [line for line in lines if re.fullmatch("[\u4e00-\u9fff]。?", line)]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>甲乙丙丁戊己。</p>", '<p>甲乙丙丁<span class="joined">戊己。</span></p>'),
        ("<td>甲乙丙</td>", "<td>甲乙丙</td>"),
        ("<p>用 concatenate 两种</p>", '<p>用 <span lang="en">concatenate</span> 两种</p>'),
        ("<code>concatenate</code><p>PyTorchLightning github.com a-functional</p>", ""),
    ],
)
def test_lines_of_chinese_are_evened_out(markup: str, shown: str) -> None:
    assert even_out(markup) == (shown or markup)


@pytest.mark.parametrize(
    "text",
    [
        "किसी व्यक्ति, वस्तु, स्थान या भाव के नाम को संज्ञा कहते हैं। क्षत्रिय विद्यार्थी ने पत्र लिखा।",
        "বিদ্যালয়ের শিক্ষার্থীরা কোথায় যায়? সেখানে।",
        "தமிழ் மொழி கோவையில் பேசப்படுகிறது.",
        "မြန်မာစာ ဖတ်နိုင်သည်။",
        "ខ្មែរ អក្សរ ស្រុកយើង។",
    ],
)
def test_words_whose_letters_are_drawn_in_another_order_are_copied_as_written(run: Run, deck: Deck, text: str) -> None:
    printed = page_texts(build(run, deck({"a.md": f"# A\n\n## What is it?\n\n{text} **{text}**\n"})))
    whole = squash("".join(printed))
    assert all(whole.count(squash(word)) >= 2 for word in text.split())
