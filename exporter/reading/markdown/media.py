"""Sound and film: `![](a.mp3)`, `[词](a.mp3)`, `![[a.mp4]]`, `<audio src>`, `<video><source src></video>`.

All become a `media` token (inline) with `attrs["src"]`. The words of a link stay in front of it. Of several sources of
one element the first counts, and what an element says to old browsers is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.reading.markdown.images import read_tag

_AUDIO = "3gp aac flac m4a mp3 oga ogg opus spx wav"
_VIDEO = "avi flv m4v mkv mov mp4 mpeg mpg ogv webm"
MEDIA_TYPES = {
    **{f".{suffix}": f"audio/{suffix}" for suffix in _AUDIO.split()},
    **{f".{suffix}": f"video/{suffix}" for suffix in _VIDEO.split()},
}
"""The suffixes of files that Anki plays, with what they are."""

_SUFFIX = re.compile(r"(\.[a-z0-9]{3,4})(?:[?#].*)?$", re.IGNORECASE)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_OPENING = re.compile(r"<(audio|video)\b", re.IGNORECASE)
_CLOSING = re.compile(r"</(audio|video)\b", re.IGNORECASE)
_PART = re.compile(r"</?(source|track)\b", re.IGNORECASE)


_PLAYERS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com/(?:watch|embed|shorts|live)|youtu\.be/|vimeo\.com/|bilibili\.com/"
    r"|b23\.tv/|dailymotion\.com/|twitch\.tv/|loom\.com/|nicovideo\.jp/|v\.qq\.com/|youku\.com/)",
    re.IGNORECASE,
)
"""Pages that play a film. Obsidian and others embed them as if they were pictures: `![](https://youtu.be/…)`."""


def is_film_page(address: str) -> bool:
    """Whether an address names a page that plays a film."""
    return _PLAYERS.match(address) is not None


def is_media(address: str) -> bool:
    """Whether an address names a sound or a film."""
    match = _SUFFIX.search(address.strip())
    return bool(match) and match[1].lower() in MEDIA_TYPES  # type: ignore[index]


@dataclass(slots=True)
class _Element:
    """The `<audio>` or `<video>` that is open: `taken` once it has a source."""

    is_open: bool = False
    taken: bool = False


def media(state: StateCore) -> None:
    """Put `media` tokens in the place of images, links and elements that play."""
    element = _Element()
    for token in state.tokens:
        if token.type == "heading_open":
            element.is_open = False
        if token.type == "inline" and token.children:
            token.children = list(_convert(token.children, element))


def _convert(children: Sequence[Token], element: _Element) -> Iterator[Token]:
    place = 0
    while place < len(children):
        child = children[place]
        place += 1
        if child.type == "image" and (is_media(src := str(child.attrs["src"])) or is_film_page(src)):
            yield _token(child, str(child.attrs["src"]))
        elif child.type == "link_open" and _is_local(str(child.attrs.get("href", ""))):
            address = str(child.attrs["href"])
            end = next((i for i in range(place, len(children)) if children[i].type == "link_close"), len(children))
            words = "".join(inner.content for inner in children[place:end])
            if words != address:  # a wiki link without words of its own
                yield from (inner for inner in children[place:end] if inner.type != "image")
            yield _token(child, address)
            place = end + 1
        elif child.type == "html_inline" and _OPENING.match(child.content):
            element.is_open, element.taken = True, False
            yield from _source(child, element)
            closing = (i for i in range(place, len(children)) if _CLOSING.match(children[i].content))
            end = next(closing, place)
            for inner in children[place:end]:
                yield from _source(inner, element) if inner.type == "html_inline" else ()
            place = end
        elif child.type == "html_inline" and _CLOSING.match(child.content):
            element.is_open = False
        elif child.type == "html_inline" and element.is_open and _PART.match(child.content):
            yield from _source(child, element)
        else:
            yield child


def _source(tag: Token, element: _Element) -> Iterator[Token]:
    """The token of a tag that names the first source of its element."""
    image = read_tag(tag.content) if not element.taken else None
    if image is not None and not re.match(r"<track\b", tag.content, re.IGNORECASE):
        element.taken = True
        yield _token(tag, str(image.attrs["src"]))


def _is_local(address: str) -> bool:
    return is_media(address) and not _REMOTE.match(address)


def _token(model: Token, address: str) -> Token:
    return Token("media", "", 0, attrs={"src": address}, level=model.level)


def install(md: MarkdownIt) -> None:
    """Before `images`, which makes figures of what is left."""
    md.core.ruler.push("media", media)
