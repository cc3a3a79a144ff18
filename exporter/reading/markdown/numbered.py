"""Numbers of figures, tables and formulas, and references to them, as pandoc-crossref and Quarto spell them.

`![A plot](x.png){#fig:two}`, `: Caption {#tbl:x}` or `Table: caption` beside a table, `$$…$$ {#eq:e}`; `@fig:two`, `[@tbl-x]`,
`[-@eq:e]`. Numbers count through a file, words are those of its language. `@sec:x` says the title of a heading with
`{#sec:x}`. What is referred to has its `names` with their numbers in its meta; a reference stands between `refer_open` and
`refer_close`. One to what is not in this file stays as it is, with what it `mentions` in its meta.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.reading.markdown.equation_labels import REFERENCE, names_in, report_unknown
from exporter.reading.markdown.images import caption_of
from exporter.reading.markdown.plain import plain_text

_NAME = r"(?:fig|tbl|tab|eq|sec)[:-][\w:.-]*\w"
_ONE = rf"-?@{_NAME}"
_REFERENCE = re.compile(rf"(?<![A-Za-z0-9_@/.:-])(?:\[({_ONE}(?:\s*[;,]\s*{_ONE})*)\]|@({_NAME}))|{REFERENCE.pattern}")
_SIGN = re.compile(r"@|\\(?:eq|[cC]|auto)?ref\s*\{")
_MENTION = re.compile(rf"(-?)@({_NAME})")
_LABEL = re.compile(rf"(?<!\s)\s*+\{{#((?>{_NAME}))[^{{}}\n]*\}}\s*$")
_CAPTION = re.compile(r"(?:[Tt]able|Tabelle|Tableau|Tabla|Tabela|Tabella|表)?\s*[:：]\s*(?=\S)")

_WORDS: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "en": ("Figure", "Table", "Equation"), "zh": ("图", "表", "式"), "zh-tw": ("圖", "表", "式"),
    "ja": ("図", "表", "式"), "ko": ("그림", "표", "식"),
    "de": ("Abbildung", "Tabelle", "Gleichung"), "fr": ("Figure", "Tableau", "Équation"),
    "es": ("Figura", "Tabla", "Ecuación"), "pt": ("Figura", "Tabela", "Equação"),
    "it": ("Figura", "Tabella", "Equazione"), "ru": ("Рисунок", "Таблица", "Формула"),
    "uk": ("Рисунок", "Таблиця", "Формула"), "pl": ("Rysunek", "Tabela", "Równanie"),
    "nl": ("Figuur", "Tabel", "Vergelijking"), "sv": ("Figur", "Tabell", "Ekvation"),
    "tr": ("Şekil", "Tablo", "Denklem"), "vi": ("Hình", "Bảng", "Phương trình"), "id": ("Gambar", "Tabel", "Persamaan"),
    "ar": ("شكل", "جدول", "معادلة"), "fa": ("شکل", "جدول", "معادله"), "he": ("איור", "טבלה", "משוואה"),
    "hi": ("चित्र", "तालिका", "समीकरण"), "el": ("Σχήμα", "Πίνακας", "Εξίσωση"), "th": ("รูปที่", "ตารางที่", "สมการที่"),
})  # fmt: skip
"""What figures, tables and formulas are called."""

_KINDS = ("fig", "tbl", "eq")
_SECTION = re.compile(r"(?<!\s)\s*+\{#((?>sec[:-][\w:.-]*\w))[^{}]*\}\s*$")


def number(state: StateCore) -> None:
    """Number what has a caption or a label, and put numbers in the place of references."""
    has_captions = any(token.type in ("figure", "table_open") for token in state.tokens)
    if not has_captions and not _SIGN.search(state.src):
        return
    tag = str(state.env.get("lang", "en"))
    words = what_is_numbered(tag)
    numbers: dict[str, str] = dict(state.env.get("equation_numbers", {}))
    _number_figures(state.tokens, words[0], numbers)
    _number_tables(state.tokens, words[1], numbers)
    if _SIGN.search(state.src):
        numbers |= _sections(state.tokens)
        for token in state.tokens:
            if token.type == "inline" and token.children:
                report_unknown(state, token, set(numbers))
                token.children = list(_refer(token.children, words, numbers))


def what_is_numbered(lang: str) -> tuple[str, str, str]:
    """What figures, tables and formulas are called in a language."""
    tag = lang.lower()
    return _WORDS.get(tag) or _WORDS.get(tag.partition("-")[0], _WORDS["en"])


def _sections(tokens: Sequence[Token]) -> dict[str, str]:
    """The titles of headings by the names that references know them by."""
    heads = (tokens[place + 1] for place, token in enumerate(tokens) if token.type == "heading_open")
    named = ((_SECTION.search(head.content), plain_text(head.children or ())) for head in heads)
    return {label[1]: _SECTION.sub("", title) for label, title in named if label}


def _number_figures(tokens: Sequence[Token], word: str, numbers: dict[str, str]) -> None:
    """Those with a caption are counted, as on pages; those with a label bear their number wherever they are shown."""
    count = 0
    for token in tokens:
        if token.type != "figure" or not token.children:
            continue
        image = token.children[0]
        label = str(image.meta.get("label", ""))
        count += bool(label or caption_of(image))
        if label:
            numbers[label] = str(count)
            image.meta["numbered"] = (word, str(count))
            image.meta["names"] = {label: str(count)}


def _number_tables(tokens: Sequence[Token], word: str, numbers: dict[str, str]) -> None:
    """The paragraph beside a table that is its caption; one between two tables belongs to the first without one."""
    count = 0
    captioned: set[int] = set()
    for place, token in enumerate(tokens):
        if token.type != "inline" or not (opened := _CAPTION.match(token.content)) or not 0 < place < len(tokens) - 1:
            continue
        table = _table_beside(tokens, place, captioned, bare=opened[0][0] in ":：")
        if table is None:
            continue
        captioned.add(table)
        count += 1
        label = _LABEL.search(token.content)
        if label:
            numbers[label[1]] = str(count)
            token.meta["names"] = {label[1]: str(count)}
        tokens[place - 1].attrSet("class", "table-caption")
        token.children = _captioned(token.children or [], opened.end(), bool(label), (word, str(count)))


def _table_beside(tokens: Sequence[Token], place: int, captioned: set[int], *, bare: bool) -> int | None:
    """Where the table begins that the paragraph around `place` stands behind, or before; a lone colon stands behind."""
    before = place - 2
    if before >= 0 and tokens[before].type == "table_close" and tokens[before].level == tokens[place - 1].level:
        start = next(i for i in range(before, -1, -1) if tokens[i].type == "table_open")
        if start not in captioned:
            return start
    behind = place + 2
    is_before = behind < len(tokens) and tokens[behind].type == "table_open"
    return behind if is_before and not bare and tokens[behind].level == tokens[place - 1].level else None


def _captioned(children: Sequence[Token], prefix: int, labelled: bool, name: tuple[str, str]) -> list[Token]:
    """The inline tokens of a caption: its number, and no sign that it is one."""
    first, *rest = children
    texts = [first.copy(content=first.content[prefix:]), *rest]
    if labelled and texts[-1].type == "text":
        texts[-1] = texts[-1].copy(content=_LABEL.sub("", texts[-1].content))
    strong = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
    return [strong[0], *_name(*name), strong[1], Token("text", "", 0, content=" "), *texts]


def _name(word: str, count: str) -> Iterator[Token]:
    """A word with its number, which a book puts its chapter's before."""
    yield Token("html_inline", "", 0, content='<span class="ref">')
    yield Token("text", "", 0, content=f"{word} ")
    yield from _count(count)
    yield Token("html_inline", "", 0, content="</span>")


def _count(count: str) -> Iterator[Token]:
    yield Token("html_inline", "", 0, content='<span class="count">')
    yield Token("text", "", 0, content=count)
    yield Token("html_inline", "", 0, content="</span>")


def _refer(children: Sequence[Token], words: tuple[str, str, str], numbers: Mapping[str, str]) -> Iterator[Token]:
    """Inline tokens with numbers in the place of references that lead somewhere."""
    for child in children:
        if child.type != "text" or not _SIGN.search(child.content):
            yield child
            continue
        end = 0
        for match in _REFERENCE.finditer(child.content):
            latex = REFERENCE.fullmatch(match[0])
            mentions = [("", name) for name in names_in(latex)] if latex else _MENTION.findall(match[0])
            is_here = all(name in numbers for _, name in mentions)
            if not is_here and latex:
                continue
            yield child.copy(content=child.content[end : match.start()])
            end = match.end()
            if not is_here:
                yield Token("text", "", 0, content=match[0], meta={"mentions": tuple(mentions)})
                continue
            for place, (bare, name) in enumerate(mentions):
                if place:
                    yield Token("text", "", 0, content=", ")
                yield Token("refer_open", "", 1, meta={"name": name})
                if latex and latex[1] in ("ref", "eqref"):
                    yield Token("text", "", 0, content=f"({numbers[name]})" if latex[1] == "eqref" else numbers[name])
                else:
                    yield from _mention(name, numbers[name], words, bare=bool(bare))
                yield Token("refer_close", "", -1)
        yield child.copy(content=child.content[end:])


def kind_of(name: str) -> int:
    """The place among `what_is_numbered` of what a name names."""
    return next((n for n, kind in enumerate(_KINDS) if name.replace("tab", "tbl", 1).startswith(kind)), len(_KINDS) - 1)


def _mention(name: str, count: str, words: tuple[str, str, str], *, bare: bool) -> Iterator[Token]:
    if name.startswith("sec"):
        yield Token("text", "", 0, content=count)
        return
    kind = kind_of(name)
    if kind == _KINDS.index("eq"):
        yield Token("text", "", 0, content=f"({count})" if bare else f"{words[kind]} ({count})")
    else:
        yield from _count(count) if bare else _name(words[kind], count)


def install(md: MarkdownIt) -> None:
    """Once figures, tables and formulas are there."""
    md.core.ruler.push("numbered", number)
