"""Images, in every spelling, and figures.

`<img>` becomes the same `image` token as `![]()`; an address with spaces or backslashes is one too. An image that has
its line for itself becomes a `figure` token (block) with the image as its child, and splits the paragraph around it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

_LOOSE_IMAGE = re.compile(r"!\[([^\]\n]{0,999})\]\(\s*+((?:[^()]|\([^()\n]*+\))*+)\)")
_LOOSE_TITLE = re.compile(r"(?<!\s)\s++[\"'“]([^\"'”\n]*)[\"'”]\Z")
_LOOSE_SIZE = re.compile(r"(?<!\s)\s++=(\d*+)x?(\d*)\Z")
_FORMULA_SERVICE = re.compile(
    r"https?://(?:render\.githubusercontent\.com/render/math\?math=|latex\.codecogs\.com/(?:svg|png|gif)\.(?:latex|image)\?"
    r"|www\.zhihu\.com/equation\?tex=|math\.now\.sh/?\?(?:from|inline)=)([^&]+)"
)
"""Pictures of formulas that a service draws: the address holds the TeX."""

_MACHINE_NAME = re.compile(
    r"(?:[0-9a-f]{8}-?[0-9a-f-]{8,}"
    r"|(?:image|img|pic|picture|photo|figure|fig|pasted image|untitled|alt|alt text|clipboard|pxl|dscn?"
    r"|图片|图像|微信图片|微信截图|在这里插入图片描述|请添加图片描述|描述)?[-_ ().\d:T]*"
    r"|(?:screenshot|screen shot|cleanshot|whatsapp image|bildschirmfoto|capture d['’]écran|captura de (?:pantalla|ecrã|tela)"
    r"|schermata|istantanea|schermafbeelding|zrzut ekranu|skärmavbild|skjermbilde|skærmbillede|снимок экрана|ekran resmi"
    r"|截图|截屏|屏幕截图|屏幕快照|スクリーンショット|스크린샷)"
    r"(?:[-_\s().\d:T@]|(?:at|from|um|à|alle|a las|às|om|o|kl|в|上午|下午|午前|午後|오전|오후)(?=[\s.]*\d)|(?<=\d)x|[ap]m\b)*"
    r"|(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{28,}|[A-Za-z]{28,})(?:\.(?:png|jpe?g|gif|webp|svg|avif|heic|bmp|tiff?))?",
    re.IGNORECASE,
)
"""Names that cameras, editors and chat programs give: they say nothing under a figure."""

_TAG = re.compile(r"<img\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_PIPED = re.compile(r"(.*)\|\s*(\d{1,5})(?:x(\d{1,5}))?\s*", re.DOTALL)
_BRACES = re.compile(r"\{:?(?=[^{}\n]*\b(?:width|height)\b)[^{}\n]*\}|\{[#.][\w.-][^{}\n]*\}", re.IGNORECASE)
_LABEL = re.compile(r"\{#([\w:.-]+)")
_SIZE_PAIR = re.compile(r"""\b(width|height)\b(?:\s*+[=:]\s*+|\s++)["']?([\d.]+(?:%|px)?)""", re.IGNORECASE)
_STYLE_WIDTH = re.compile(r"(?:width|zoom)\s*:\s*([\d.]+(?:%|px)?)", re.IGNORECASE)
_WRAPPERS = re.compile(r"</?(?:div|p|center|figure|a|span|picture|b|strong|font)\b", re.IGNORECASE)


def loose_image(state: StateInline, silent: bool) -> bool:
    """`![](a b.png)`: an image whose address CommonMark refuses for its spaces."""
    match = _LOOSE_IMAGE.match(state.src, state.pos) if state.src.startswith("![", state.pos) else None
    if not match:
        return False
    inside = match[2].rstrip()
    size = _LOOSE_SIZE.search(inside)
    inside = inside[: size.start()] if size else inside
    title = _LOOSE_TITLE.search(inside)
    address = (inside[: title.start()] if title else inside).removeprefix("<").removesuffix(">").strip()
    if not address or "\n" in address:
        return False
    if not silent:
        image = fill_image(state.push("image", "img", 0), address, match[1], title[1] if title else "")
        set_size(image, size[1] if size else "", size[2] if size else "")
    state.pos = match.end()
    return True


def fill_image(token: Token, src: str, alt: str, title: str) -> Token:
    """Give an `image` token its address and alternative text, as CommonMark's rule would."""
    token.attrs = {"src": src, "alt": ""}
    if title:
        token.attrs["title"] = title
    token.content = alt
    text = Token("text", "", 0)
    text.content = alt
    token.children = [text]
    return token


def set_size(image: Token, width: str, height: str = "") -> None:
    """Keep the size that the author gives a picture: `300`, `300px` or `50%`; "" for none."""
    if width:
        image.meta["width"] = width
    if height:
        image.meta["height"] = height


def _sized(children: list[Token]) -> list[Token]:
    """Take sizes out of alternative texts (`a|300x200`) and of what follows a picture (`{width=50%}`, `{:height 1, :width 2}`)."""
    result: list[Token] = []
    for child in children:
        image = result[-1] if result and result[-1].type == "image" else None
        if image and child.type == "text" and (braces := _BRACES.match(child.content)):
            sizes = {name.lower(): value for name, value in _SIZE_PAIR.findall(braces[0])}
            set_size(image, sizes.get("width", ""), sizes.get("height", ""))
            if label := _LABEL.match(braces[0]):
                image.meta["label"] = label[1]
            if rest := child.content[braces.end() :]:
                result.append(child.copy(content=rest))
        elif child.type == "image" and (piped := _PIPED.fullmatch(child.content)):
            result.append(
                fill_image(child, str(child.attrs["src"]), piped[1].rstrip(), str(child.attrs.get("title", "")))
            )
            set_size(child, piped[2], piped[3] or "")
        else:
            result.append(child)
    return result


def caption_of(image: Token) -> str:
    """What stands under a picture: its alternative text, else the file's name; "" for a name that a machine gave."""
    caption = image.content or stem(image)
    return "" if _MACHINE_NAME.fullmatch(caption) else caption


def stem(image: Token) -> str:
    """The name of the picture's file; a picture that stands in the notes has none."""
    if str(image.attrs["src"])[:5].lower() == "data:":
        return ""
    return PurePosixPath(unquote(str(image.attrs["src"])).replace("\\", "/").split("?")[0]).stem


def read_tag(tag: str) -> Token | None:
    """The `image` token of an `<img …>` tag; None where it has no address."""
    attributes = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag)}
    if not attributes.get("src"):
        return None
    token = fill_image(
        Token("image", "img", 0), attributes["src"].strip(), attributes.get("alt", ""), attributes.get("title", "")
    )
    style = _STYLE_WIDTH.search(attributes.get("style", ""))
    width = attributes.get("width") or (style[1] if style else "")
    if re.fullmatch(r"[\d.]+(%|px)?", width):
        token.meta["width"] = width
    return token


def images(state: StateCore) -> None:
    """Make `image` tokens of `<img>` tags, and figures of images that stand alone on a line."""
    result: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type != "inline" or not token.children:
            result.append(token)
            continue
        token.children = [_from_html(child) for child in token.children]
        if any(child.type == "image" for child in token.children):
            token.children = _sized(token.children)
        if not any(child.type == "image" for child in token.children):
            result.append(token)
        else:
            result.extend(_split(token, result))
    state.tokens = _without_empty_paragraphs(result)


def _from_html(child: Token) -> Token:
    if child.type == "html_inline" and _TAG.match(child.content):
        child = read_tag(child.content) or child
    if child.type == "image" and (match := _FORMULA_SERVICE.match(str(child.attrs["src"]))):
        return Token("math", "", 0, content=unquote(match[1].replace("+", " ")).strip(), meta={"display": False})
    return child


def _split(inline: Token, before: list[Token]) -> Iterator[Token]:
    """The pieces of a paragraph: runs of lines with text, and figures; the paragraph's own tags repeated between."""
    opening = before[-1] if before and before[-1].type == "paragraph_open" else None
    if before and before[-1].type in ("th_open", "td_open", "heading_open", "summary_open", "dt_open"):
        yield inline
        return
    runs: list[tuple[bool, list[Token]]] = []
    for line in _lines(inline.children or []):
        alone = _is_figure(line)
        if not alone and runs and not runs[-1][0]:
            runs[-1][1].extend(line)
        else:
            runs.append((alone, line))
    for number, (alone, children) in enumerate(runs):
        if number and opening:
            yield from (_close_paragraph(opening), opening.copy())
        if alone:
            yield from _figures(children, inline)
        else:
            yield _part(inline, children)


def _lines(children: list[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for child in children:
        line.append(child)
        is_break = child.type in ("softbreak", "hardbreak") or bool(re.match(r"<br\b", child.content, re.IGNORECASE))
        if is_break:
            yield line
            line = []
    if line:
        yield line


def _is_figure(line: list[Token]) -> bool:
    has_image = False
    for child in line:
        if child.type == "image":
            has_image = True
        elif child.type == "text":
            if child.content.strip():
                return False
        elif child.type == "html_inline":
            if not (_WRAPPERS.match(child.content) or re.match(r"<br\b", child.content, re.IGNORECASE)):
                return False
        elif child.type not in ("softbreak", "hardbreak", "link_open", "link_close", "strong_open", "strong_close"):
            return False
    return has_image


def _figures(children: list[Token], inline: Token) -> Iterator[Token]:
    """One `figure` for each image; the block tags around it (`<div align=center>`) stay where they are.

    `meta["beside"]`: it stands in one line with the one before.
    """
    before = False
    for child in children:
        if child.type == "image":
            figure = Token("figure", "figure", 0, children=[child], map=inline.map, block=True, level=inline.level)
            figure.content = child.content
            figure.meta = {"beside": True} if before else {}
            before = True
            yield figure
        elif child.type == "html_inline" and re.match(r"</?(?:div|p|center)\b", child.content, re.IGNORECASE):
            yield _part(inline, [child])


def _part(inline: Token, children: list[Token]) -> Token:
    while children and children[-1].type in ("softbreak", "hardbreak"):
        children = children[:-1]
    part = Token("inline", "", 0, children=children, map=inline.map, block=True, level=inline.level, meta=inline.meta)
    part.content = "".join("\n" if c.type in ("softbreak", "hardbreak") else c.content for c in children)
    return part


def _close_paragraph(opening: Token) -> Token:
    return Token("paragraph_close", "p", -1, level=opening.level, hidden=opening.hidden, block=True)


def _without_empty_paragraphs(tokens: list[Token]) -> list[Token]:
    """Take figures out of the paragraph that held nothing else."""
    result: list[Token] = []
    for token in tokens:
        if token.type == "paragraph_close" and result:
            start = next(i for i in range(len(result) - 1, -1, -1) if result[i].type == "paragraph_open")
            inside = result[start + 1 :]
            if any(t.type == "figure" for t in inside) or not any(t.children for t in inside):
                del result[start]
                continue
        result.append(token)
    return result


def install(md: MarkdownIt) -> None:
    """Loose addresses after CommonMark's own images; figures once the inline tokens are there."""
    md.inline.ruler.after("image", "loose_image", loose_image)
    md.core.ruler.push("images", images)
