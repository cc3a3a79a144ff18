"""What the templates of a deck may do that nobody has said to trust: look different, and nothing else.

In: a template of the deck, as Jinja has parsed it, and what becomes of it. Out: a line and what is wrong there, or None. A
style sheet has no address but pictures beside it; HTML has the elements and attributes of a page without scripts; Jinja
fills in, chooses and repeats; of Anki's syntax there are fields as they stand. What is more needs `make-deck trust`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import nodes

from exporter.machinery.addresses import far_address
from exporter.machinery.toml_text import read_toml_text

Found = tuple[int, str]

_JINJA = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Include, nodes.Extends, nodes.Block, nodes.If, nodes.CondExpr,
    nodes.For, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Assign, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Tuple,
    nodes.List, nodes.Call, nodes.Concat, nodes.Mod, nodes.FloorDiv,
)  # fmt: skip
_FILTERS = frozenset(
    {"counted", "in_words", "length", "e", "escape", "upper", "lower", "default", "first", "last", "min", "max"}
)
_METHODS = frozenset({"items", "isoformat"})

_TAGS = frozenset(
    "a abbr article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del details dfn div dl dt "
    "em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark nav nobr ol p pre q rp rt "
    "ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time title tr tt u ul "
    "var wbr".split()
)
_ATTRIBUTES = frozenset(
    "align alt class colspan dir height href id lang open role rowspan src start style title type width".split()
)
_VALUE = r"""(?:"[^"<>\0]*"|'[^'<>\0]*'|[^\s"'<>=`\0]+)"""
_PIECE = re.compile(
    rf"<(?:!doctype html|/?(?P<tag>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[a-z][a-z0-9-]*(?:={_VALUE})?)*)\s*/?)>|(?P<stray><)",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([a-z][a-z0-9-]*)(?:=("[^"]*"|'[^']*'|[^\s"'<>=`]+))?""", re.IGNORECASE)
_STYLE = re.compile(r"<style>((?:(?!</?style).)*)</style>", re.IGNORECASE | re.DOTALL)

_AT_RULES = frozenset({"media", "supports", "page", "font-face", "keyframes", "counter-style", "layer", "container"})
_MARGIN = re.compile(r"(?:top|bottom|left|right)-[a-z-]+")
_REFUSED = frozenset({"behavior", "-moz-binding"})
_FETCHING = re.compile(r"(?:-[a-z]+-)?(?:image|image-set|cross-fade|src|paint|expression)", re.IGNORECASE)
_DATA = re.compile(r"data:(?:image/(?:png|jpeg|gif|webp|svg\+xml)|font/[a-z0-9]+)[;,]", re.IGNORECASE)
_BESIDE = re.compile(r"(?![/\\])[^:\\]*")
_UNSEEN = "".join(map(chr, range(0x21)))
"""What a browser leaves out at both ends of an address (WHATWG URL, 4.4), and, of these, tabs and line ends everywhere."""

_FIELD = re.compile(r"\{\{\s*+(?:[#^/]\s*+)?(?:(?:hint|cloze|type|nc):)*[A-Za-z]\w*\s*\}\}")
"""What Anki puts in the place of a field. Its filter `text` would make elements of what a note has escaped."""

_MORE = re.compile(r"[{\[\\].{0,20}")
"""What may begin more of Anki's syntax, with what a field adds: a sound of the network, LaTeX, a formula with a link."""

_NO_SHEET = re.compile(r"</|<!|-->|\{[\s1]*\{|\[(?:sound:|anki:|/?latex\]|/?\$)", re.IGNORECASE)
"""What ends a style sheet, or is Anki's."""

_MOST_WORDS, _MOST = 1_000, 100_000
"""Characters that a declaration may say on each card or page, and how far a counter may be set."""

_NUMBER_FORM = re.compile(r"%[+-]?\d{0,2}(?:\.\d{1,2})?[dfgs]")
_KEY = re.compile(r"[\w-]+")


def check_words(text: str, name: str) -> Found | None:
    """What is wrong with a table of words (`labels.toml`). Tables of ids make other notes than those of the deck.

    A template may include the table as it stands.
    """
    if name != "labels.toml":
        return 1, "it changes what note types are"
    if "<" in text:
        return line_of(text, "<"), needs_trust("<")
    try:
        table = read_toml_text(text)
    except (ValueError, RecursionError) as error:
        return 1, f"is not valid TOML: {error}"
    tables = {name: words for name, words in table.items() if isinstance(words, dict)}
    words = [word for words in (table, *tables.values()) for word in words.values() if word not in tables.values()]
    names = [name for words in (table, *tables.values()) for name in words if not _KEY.fullmatch(name)]
    wrong = [word for word in words if not isinstance(word, str) or re.search(r"[<>\"\\\x00-\x1f]|\{(?!\})", word)]
    more = next((str(more) for more in (*names, *wrong)), None)
    return None if more is None else (line_of(text, more), f'"{" ".join(more[:60].split())}" is more than a word')


def check_tree(tree: nodes.Template, text: str, file: Path) -> Found | None:
    """What is wrong with a style sheet or a page."""
    if found := next(_jinja(tree), None):
        return found
    is_card = "anki" in file.parts[file.parts.index("templates") :]
    plain = _plain(tree, "\0" if is_card else "")  # nothing on a page runs
    wrong = check_css(plain) if file.suffix == ".css" else _page(plain, is_card=is_card)
    return (line_of(text, wrong), needs_trust(wrong)) if wrong else None


def needs_trust(wrong: str) -> str:
    """What is said of it, on one line."""
    return f'"{" ".join(wrong[:60].split())}" needs trust'


def check_card(text: str, script: str) -> str | None:
    """What a side of a card has that needs trust, as Jinja has written it. Our own `script` may stand in it."""
    return _page(text.replace(script, "<hr>"), is_card=True)


def check_css(text: str) -> str | None:
    """What a style sheet has that needs trust: an address, an end of the sheet, or what is no CSS."""
    import tinycss2

    text = text.replace("\0", " ")
    if wrong := _NO_SHEET.search(text):
        return wrong[0]
    return _css(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def _css(parts: Iterable[Any]) -> str | None:
    words, is_layer = 0, False
    for part in parts:
        if (found := _css_part(part)) is not None:
            return found
        if part.type == "literal" and part.value == ";":
            words, is_layer = 0, False
        is_layer = is_layer or (part.type == "ident" and part.lower_value == "z-index")
        words += len(part.value) if part.type == "string" else 0
        if words > _MOST_WORDS or (part.type == "number" and abs(part.value) > _MOST and not is_layer):
            return str(part.value)
        inside = (
            ("prelude", "content") if getattr(part, "lower_name", "") == "url" else ("prelude", "content", "arguments")
        )
        for inner in inside:
            if (found := _css(getattr(part, inner, None) or ())) is not None:
                return found
    return None


def _css_part(part: Any) -> str | None:
    match part.type:
        case "error":
            return str(part.message)
        case "at-rule" | "at-keyword":
            name = part.lower_at_keyword if part.type == "at-rule" else part.lower_value
            return None if name in _AT_RULES or _MARGIN.fullmatch(name) else f"@{name}"
        case "ident" if part.lower_value in _REFUSED:
            return str(part.value)
        case "url" if not _is_beside(part.value):
            return str(part.value)
        case "function" if _FETCHING.fullmatch(part.lower_name):
            return str(part.name)
        case "function" if part.lower_name == "url":
            return next((a.value for a in part.arguments if a.type == "string" and not _is_beside(a.value)), None)
    return None


def _is_beside(address: str) -> bool:
    """Whether an address is a file beside, or holds its picture itself."""
    address = re.sub(r"[\t\n\r]", "", address).strip(_UNSEEN)
    return bool(_BESIDE.fullmatch(address) or _DATA.match(address))


def _page(text: str, *, is_card: bool) -> str | None:
    """What HTML with its style sheets has that needs trust."""
    sheets = (check_css(sheet[1]) for sheet in _STYLE.finditer(text))
    return next(filter(None, sheets), None) or _html(_STYLE.sub("<hr>", text), is_card=is_card)


def _html(text: str, *, is_card: bool) -> str | None:
    if is_card and (more := _MORE.search(_FIELD.sub("", text))):
        return more[0].partition("\0")[0]
    for piece in _PIECE.finditer(text):
        if piece["stray"]:
            return text[piece.start() : piece.start() + 20].split("\n", maxsplit=1)[0].split("\0", maxsplit=1)[0]
        if piece["tag"] and piece["tag"].lower() not in _TAGS:
            return f"<{piece['tag']}"
        for name, quoted in _ATTRIBUTE.findall(piece["attributes"] or ""):
            value = html.unescape(quoted.strip("\"'"))
            has_field = is_card and "{" in (value.replace("{{Lang}}", "") if quoted[:1] in "\"'" else value)
            if has_field or not _is_plain(name.lower(), value):
                return f"{name}={quoted}"
    return None


def _is_plain(name: str, value: str) -> bool:
    match name:
        case "href":
            return value[:1] in ("#", "1") or far_address(value) is not None  # 1: what Jinja fills in
        case "src":
            return _is_beside(value)
        case "style":
            return check_css(f"a {{ {value} }}") is None
    return name in _ATTRIBUTES or name.startswith(("data-", "aria-"))


def _jinja(tree: nodes.Node) -> Iterator[Found]:
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter):
            if not _is_harmless(node):
                yield node.lineno, f"the filter {node.name} needs trust"
        elif isinstance(node, nodes.Call):
            if not (isinstance(node.node, nodes.Getattr) and node.node.attr in _METHODS) and node.node != _RANGE:
                yield node.lineno, "a call needs trust"
        elif isinstance(node, nodes.Const) and isinstance(node.value, str) and re.search(r"[<{]", node.value):
            yield node.lineno, needs_trust(node.value)
        elif isinstance(node, nodes.Assign) and node.find(nodes.Concat):
            yield node.lineno, "a text that is put together and kept needs trust"
        elif not isinstance(node, _JINJA):
            yield node.lineno, f"Jinja's {type(node).__name__} needs trust"


_RANGE = nodes.Name("range", "load")


def _is_harmless(node: nodes.Filter) -> bool:
    """Whether a filter makes no more text than it gets, and does not let through what would be escaped."""
    match node:
        case nodes.Filter(name="safe", node=nodes.Name(name="theme")):
            return True  # it has passed `check_css`
        case nodes.Filter(name="format", node=nodes.Const(value=str(form))):
            return bool(_NUMBER_FORM.fullmatch(form))
    return node.name in _FILTERS


def _plain(tree: nodes.Template, joint: str) -> str:
    """The template's own text, with 1 for what Jinja fills in, and `joint` where it chooses or repeats."""
    outputs = tree.find_all(nodes.Output)
    return joint.join(
        "".join(p.data if isinstance(p, nodes.TemplateData) else "1" for p in output.nodes) for output in outputs
    )


def line_of(text: str, needle: str) -> int:
    """The line of a text in which something stands, from 1."""
    place = text.find(needle)
    return text.count("\n", 0, place) + 1 if place >= 0 else 1
