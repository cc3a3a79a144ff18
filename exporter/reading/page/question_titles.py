"""The words of a question, freed from number, prefix, arrows, anchors and `{#id}`.

In: the inline token of a heading or line. Out: `Title`. The parsed token is copied, never changed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from markdown_it.token import Token

from exporter.reading.markdown import label_text, plain_text, with_words
from exporter.reading.page.wording import Style, is_back_to_top, read_wording

_KEY = re.compile(r"(?<!\s)\s*+\{#([^\s{}]+)\}\s*$")
_ANCHOR = re.compile(r"""<a\b[^<>]*?\b(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.*)-->", re.DOTALL)

_WHAT = "\ufffc?"
"""What a picture alone asks: what it shows."""


@dataclass(frozen=True, slots=True)
class Title:
    """A question or heading. `text` is without, `full` with its number; `notes` are comments that stand in it."""

    inline: Token
    text: str
    full: str
    style: Style
    number: str
    key: str = ""
    anchors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_title(inline: Token, number: str = "", *, spaced: bool = True) -> Title:
    """Read a title. `number` is one that stands before it (`3. ### question`, a list item); `spaced` as in `read_wording`."""
    children, anchors, notes = _without_html(inline.children or ())
    children = _without_arrows(children)
    children, key = _without_key(children)
    full = plain_text(children)
    wording = read_wording(label_text(children), spaced=spaced)
    style, digits = wording.style, wording.number
    if number and style is Style.PLAIN:
        style, digits = Style.NUMBER, number
    children = _unwrapped(_without_start(children, wording.cut))
    text = plain_text(children)
    shown = f"{number}. {full}" if number else full
    return Title(with_words(inline, children, text), text, shown, style, digits, key, tuple(anchors), tuple(notes))


def with_number(title: Title) -> Title:
    """A title whose number is one of its words, since nothing else tells it from its twin: `3. Sinfonie?`, `5. Sinfonie?`."""
    label = title.full.removesuffix(title.text)
    if not title.number or not label or label == title.full:
        return title
    children = [Token("text", "", 0, content=label), *(title.inline.children or ())]
    inline = title.inline.copy(children=children, content=title.full)
    return replace(title, inline=inline, text=title.full, style=Style.PLAIN, number="")


def asked_words(title: Title) -> str:
    """The words of a title; of one that is only a picture, that it asks what that is."""
    return _WHAT if is_picture(title) else title.text


def shown_name(title: Title) -> str:
    """The file name of the first picture of a title, by which one without words is known; "" where there is none."""
    sources = (str(child.attrGet("src") or "") for child in title.inline.children or () if child.type == "image")
    return next((unquote(source.rsplit("/", 1)[-1]) for source in sources if not source.startswith("data:")), "")


def is_picture(title: Title) -> bool:
    """Whether a title is a picture, and no words beside it."""
    children = title.inline.children or ()
    bare = all(child.type == "image" or not child.content.strip() for child in children)
    return bare and any(child.type == "image" for child in children)


def drop_start(children: Iterable[Token], cut: int) -> list[Token]:
    """The inline tokens without their first `cut` characters, and without a break or empty emphasis there."""
    rest = _unwrapped(_without_start(list(children), cut))
    while rest and rest[0].type in ("softbreak", "hardbreak"):
        del rest[0]
    return _without_start(rest, 0)


def drop_end(children: Iterable[Token], cut: int) -> list[Token]:
    """The inline tokens without their last `cut` characters, and without empty emphasis there."""
    kept = list(children)
    for place in range(len(kept) - 1, -1, -1):
        content = kept[place].content if kept[place].type == "text" else ""
        taken = min(cut, len(content))
        kept[place] = kept[place].copy(content=content[: len(content) - taken]) if taken else kept[place]
        cut -= taken + (kept[place].type in ("softbreak", "hardbreak"))
        if cut <= 0:
            break
    return _without_start(_unwrapped(kept), 0)


def read_anchors(markup: str) -> list[str]:
    """The ids that `<a id=…>` or `<a name=…>` give."""
    found = (next(group for group in match.groups() if group is not None) for match in _ANCHOR.finditer(markup))
    return [html.unescape(anchor) for anchor in found]


def _without_html(children: Iterable[Token]) -> tuple[list[Token], list[str], list[str]]:
    kept: list[Token] = []
    anchors: list[str] = []
    notes: list[str] = []
    for child in children:
        if child.type != "html_inline":
            kept.append(child)
        elif match := _COMMENT.fullmatch(child.content.strip()):
            notes.append(match[1].strip())
        else:
            anchors += read_anchors(child.content)
            if not re.match(r"</?(?:a|br|b|strong|font|span|center|h[1-6])\b", child.content, re.IGNORECASE):
                kept.append(child)
    return kept, anchors, notes


def _without_arrows(children: list[Token]) -> list[Token]:
    """Drop a link at either end that only leads back to the top: `[[⬆]](#toc) question`."""
    links = [index for index, child in enumerate(children) if child.type in ("link_open", "link_close")]
    if len(links) < 2:
        return children
    for start, end in ((links[0], links[1]), (links[-2], links[-1])):
        before, link, after = children[:start], children[start : end + 1], children[end + 1 :]
        alone = not plain_text(before) or not plain_text(after)
        if alone and is_back_to_top(plain_text(link) or "⬆"):
            rest = before + after
            return rest if plain_text(rest) else children
    return children


def _without_key(children: list[Token]) -> tuple[list[Token], str]:
    if children and children[-1].type == "text" and (match := _KEY.search(children[-1].content)):
        last = with_words(children[-1], children[-1].children, children[-1].content[: match.start()])
        return [*children[:-1], last], match[1]
    return children, ""


def _without_start(children: list[Token], cut: int) -> list[Token]:
    """Drop the first `cut` characters of text, and white space at both ends."""
    result: list[Token] = []
    begun = empty = True  # nothing was read, nothing is left
    for child in children:
        content = child.content
        if child.type == "text":
            content = content.lstrip() if begun else content
            begun = begun and not content
            taken = min(cut, len(content))
            content, cut = content[taken:], cut - taken
            content = content.lstrip() if empty else content
        elif child.type in ("softbreak", "hardbreak"):
            cut -= min(cut, 1)  # `Q:⏎What …`: a break is a space in the text that was measured
            if empty:
                continue
        elif content or child.type in ("image", "media"):
            begun = False
        empty = empty and not content
        result.append(child if content == child.content else with_words(child, child.children, content))
    if result and result[-1].type == "text" and result[-1].content[-1:].isspace():
        result[-1] = with_words(result[-1], result[-1].children, result[-1].content.rstrip())
    return result


def _unwrapped(children: list[Token]) -> list[Token]:
    """Drop emphasis that holds nothing, or everything."""
    result: list[Token] = []
    for child in children:
        if child.type == "text":
            if child.content:
                result.append(child)
        elif result and child.type.endswith("_close") and result[-1].type == child.type.replace("_close", "_open"):
            result.pop()
        else:
            result.append(child)
    if len(result) > 2 and result[0].type == "strong_open" and result[-1].type == "strong_close":
        inner = result[1:-1]
        if not any(child.type == "strong_close" for child in inner):
            return inner
    return result
