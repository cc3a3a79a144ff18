"""What notes, locks and settings are made of: the pieces that fuzzers put together."""

from __future__ import annotations

import io
import zipfile

from hypothesis import strategies as st
from PIL import Image

from exporter.cards.apkg import write_apkg
from exporter.machinery.cache import Cache
from tests.fuzz.targets import NOW, STILL, book_of, edition_of

MARKDOWN = (
    "# ", "## ", "### 1. ", "###### ", "## 【一】", "**什么是扩散模型？**", "Q: ", "A: ", "C: The [hidden] ", "1. ", "- ",
    "* ", "+ ", "- [ ] ", "- [x] ", "- q #card", "> ", "> [!question] ", "> [!hint]\n> ", "> [!extra]- ", "```",
    "~~~", "```python\n", "```math\n", "$", "$$", "\\(", "\\)", "\\[", "\\]", "$`", "`$", "\\begin{align}",
    "\\end{align}", "{{c1::", "{{c2,3::", "::hint", "}}", "==", "**", "__", "*", "_", "~~", "`", "``", "[", "]",
    "(", ")", "![", "](", "](#1.什么)", "![[a.png]]", "[[wiki|", "]]", "[^1]", "[^1]: ", '<h2 id="1.x">', "</h2>",
    "<details>", "<summary>", "</summary>", "</details>", "<!-- card -->", "<!-- no-card -->", "<!-- reversed -->",
    "<!-- type -->", "<!-- cloze -->", "<!-- answer -->", "<!-- hint -->", "<!-- extra -->", "<!--", "-->", "{#id}",
    "---", "---\ncards: h3\ntags: [a, b]\n---\n", "cards: cloze", "title: ", "===", "|", "|a|b|\n|-|-|\n|1|2|\n",
    ":::", "::: tip\n", "\n", "\n\n", "\n\n\n", " ", "  ", "    ", "\t", "\\", "&amp;", "&#0;", "<div>", "</div>",
    "<p>", "<br>", "<b>", "</b>", '<a id="x">', "</a>", '<a href="#x">', '<img src="a.png">',
    '<table><tr><td colspan="9">', "</td></tr></table>", "<center>", '<audio src="a.mp3">', "目录", "Contents",
    "1.什么是扩散模型？", "What is this?", "答案：", "见下", "TODO", "待补充", "https://example.com/a", "#flashcards",
    "question::answer", "question:::answer", "?\n", "??\n", "\u200b", "�", "é", "é", "😀", "？", "。", "、", "x^2",
    "\\frac{", "{", "}", "\\def\\a{\\a}", "\\newcommand{\\x}[1]{#1#2}", "\\bm", "\\SI{3}", "a", "B", "0", "²",
    "collapsed:: true\n", "TODO ", "id:: 1\n",
)  # fmt: skip

QUESTIONS = (
    "## What is a mutex?\n\n", "## 1. 什么是{}？\n\n", '<h2 id="1.x">1.x</h2>\n', "**What is this?**\n\n", "Q: a?\nA: ",
    "1. ### q\n\n",
    "<details><summary>q</summary>\n\n", "> [!question] q\n> ", "- q #card\n  - ", "C: The [hidden] words ", "- [ ] a\n- [x] b\n\n",
    "<!-- cloze -->\n## ==a== b\n\n", "<!-- type -->\n## q\n\n", "<!-- reversed -->\n## q\n\n", "## q {{c1::a}}\n\n", "# Chapter\n\n",
    "{{c1::a::b}} {{c2::$x$}} ", "---\ncards: cloze\n---\n", "#flashcards\n\nq::a\n", "> ", "- ", "",
)  # fmt: skip
"""How an answer may begin."""

LOCK = (
    '{"version": 1,\n"notetypes": {\n', '},\n"notes": [\n', "]}\n", '{"guid": "AAAAAAAAAAAA", ',
    '"path": "notes.md", ', '"question": "What is a mutex?", ', '"digest": "0", ', '"mod": 1', '"mod": 1760000000',
    '"nth": 0', '"deck": "notes"', '"kind": "cloze"', '"kind": "typein"', '"key": "id"', '"gaps": 3', '"born": 1',
    '"edition": 1', '"removed": true', '"becomes": ["notes.md", "Why?"]', '"refused": ["*"]', '"answer": "38:AAAA"',
    '"answer": ""', ", ", "}", '"basic": ["0", 1, 1]', '"basic": ["0", 1, 1, "ink"]', "null", "true", "-1", "1e999",
    "99999999999999999999", "NaN", '""', "[]", "{}", '"\\ud800"', "<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n",
    "\n",
)  # fmt: skip

CONFIG = (
    "name", "title", "lang", "author", "url", "license", "source", "source_url", "outputs", "fetch",
    "[questions]\n", "[anki]\n", "[print]\n", "[print.quiz]\n", "[print.flashcards]\n", "[math.macros]\n",
    "[math]\n", "[limits]\n", "deck", "subdecks", "tags", "image_max", "tombstones", "theme", "page", "fonts",
    "volumes", "accessible", "variant", "seed", "count", "space", "cards", "duplex", "largest", "notes",
    "note_bytes", "formula_chars", " = ", '"', "'", "\n", "1", "0", "-1", "true", "[]", '["apkg"]', '["a", 1]',
    "{}", "{a = 1}", '"https://x/{path}#L{line}"', '"{nope}"', '"x"', '"..\\u0000"', '"../.."', '"/"', '"h3"',
    '"*.md"', '"[a"', "1979-05-27", "1e400", "nan", "inf", "[[anki]]\n", '"\\\\#1"', '"#1#2"', "\\", "#", '""""',
    ".", "é", "\x00", "\r",
)  # fmt: skip

TEMPLATE = (
    "<< ", " >>", "<% ", " %>", "<# ", " #>", "if ", "for a in ", "endif", "endfor", "else", "set x = ", "include ", "extends ",
    "block x", "endblock", "raw", "endraw", "macro m()", "endmacro", "import ", "call ", "filter upper", "endfilter",
    "labels", "labels.items()", "loop.index", "self.x()", "range(9)", "|upper", "|safe", "|e", "|length", "|join", "|map",
    "|replace('a', '<')", '"anki/basic/back.html"', '"a"', "'<script>'", "1", "0", "9999999999", "+", "-", "*", "/", "%",
    "**", "~", "(", ")", "[", "]", "{", "}", ".", ",", "{{Question}}", "{{#Extra}}", "{{/Extra}}", "{{^Key}}", "{{FrontSide}}",
    "<div>", "</div>", "<p ", '<p title="', "<scr", "ipt>", "<script>", "</script>", "<style>", "</style>", "<!--", "-->",
    "<!doctype html>", "<img src=", " onerror=", "alert(1)", '"', "'", ">", "<", "/>", "=", " ", "\n", "\t", "\0", "<svg", "<a href=",
    "javascript:", "data:text/html,", "https://example.org", "//example.org", "#x", "a { ", "}", "color: red;", "@import ",
    "@media print {", "@\\69mport ", "url(", "url(data:image/png;base64,AA)", "src(", "image-set(", "expression(", "\\", ";",
    "/*", "*/", "behavior:", ":root", "--x:", "var(--x)", "@font-face {", "é", "\u2028",
)  # fmt: skip

PICTURE = (
    b"\x89PNG\r\n\x1a\n", b"\0\0\0\rIHDR", b"\0\0\0\0IEND\xaeB`\x82", b"IDAT", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\xff\xda",
    b"\xff\xd9", b"\xff\xc0\0\x11\x08", b"GIF89a", b"\x21\xf9\x04", b"\x2c", b"RIFF", b"WEBP", b"VP8X", b"VP8L", b"VP8 ", b"BM",
    b"II*\0", b"MM\0*", b"\0\0\0\x1cftypavif", b"meta", b"iloc", b"<svg ", b'viewBox="0 0 1 1"', b'<use href="#a"/>',
    b'<g id="a">', b"</g>", b"</svg>", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;", b'<?xml version="1.0" encoding="x"?>',
    b'xmlns="http://www.w3.org/2000/svg"', b"\0\0\0\1", b"\xff\xff\xff\xff", b"\0", b"\1", b"\x10",
)  # fmt: skip

WORD = (
    "javascript:", "https://", "mailto:", "data:", "a.org", "/", "\\", "//", ":", "::", "##[", "##vso[", "::add-mask::", "%0a", "\n",
    "\r", "\t", " ", "\x1b[31m", "\x07", "\u202e", "\u2066", "\u2028", "\x85", "<", ">", '"', "'", "&", "é", "长", "#", "!", "*", "**",
    "[a-z]", "[!", "]", "?", "\\ ", "{", "}", "~", "^", "$", "(", ")", "|", ".", "..", "-", "\x1f", "\x00", "a", "B",
)  # fmt: skip


def texts(words: tuple[str, ...], size: int = 40) -> st.SearchStrategy[str]:
    """Texts put together of words, with anything in between."""
    piece = st.one_of(st.sampled_from(words), st.sampled_from(words), st.sampled_from(words), st.text(max_size=4))
    return st.lists(piece, max_size=size).map("".join)


def notes(size: int = 12) -> st.SearchStrategy[str]:
    """Questions of all kinds, with anything for answers."""
    return st.lists(st.tuples(st.sampled_from(QUESTIONS), texts(MARKDOWN, size)), max_size=4).map(
        lambda cards: "\n\n".join(question + answer for question, answer in cards)
    )


def repeated(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A few words, over and over."""
    return st.lists(st.sampled_from(words), min_size=1, max_size=4).map("".join)


def pieces(words: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Bytes put together of words, with anything in between."""
    piece = st.one_of(st.sampled_from(words), st.sampled_from(words), st.binary(max_size=6))
    return st.lists(piece, max_size=20).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """What was whole, with some bytes changed, or cut."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 8))):
        data[draw(st.integers(0, min(len(data) - 1, 4000)))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))])


def saved(form: str) -> bytes:
    """A small picture in one of Pillow's formats."""
    out = io.BytesIO()
    Image.new("RGB", (9, 7)).save(out, form)
    return out.getvalue()


def collection() -> bytes:
    """The database of a package with a note."""
    plan = edition_of(book_of(STILL.encode())[0])[0].plan
    with zipfile.ZipFile(io.BytesIO(write_apkg(plan, NOW, Cache(None)))) as archive:
        return archive.read("collection.anki2")
