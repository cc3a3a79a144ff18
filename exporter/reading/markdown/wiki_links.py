"""`[[note#heading|text]]` and `![[picture.png|300]]`, as Obsidian and Logseq write them.

A link becomes a `link` whose address is the note's name; an embedded picture an `image`; any other embed a link.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

from exporter.reading.markdown.images import fill_image, set_size
from exporter.reading.markdown.media import is_media

_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\](?!\()")
_PLACE = re.compile(r"(?<=[^\s#])#++(?=\S)")
"""Between a note and its headings, where a link has no words of its own: shown as Obsidian shows it."""
_SIZE = re.compile(r"(?:^|\|)\s*(\d{1,5})(?:x(\d{1,5}))?$")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?)$", re.IGNORECASE)


def wiki_link(state: StateInline, silent: bool) -> bool:
    """Push the tokens of one wiki link or embed."""
    if state.src[state.pos] not in "![":
        return False
    match = _WIKI.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        target, label = match[2].strip(), (match[3] or "").strip()
        if match[1] and (_PICTURE.search(target) or is_media(target)):
            size = _SIZE.search(label)
            alternative = label[: size.start()].rstrip("| ") if size else label
            image = fill_image(state.push("image", "img", 0), target, alternative, "")
            image.meta["anywhere"] = True
            if size:
                set_size(image, size[1], size[2] or "")
        else:
            opening = state.push("link_open", "a", 1)
            opening.attrs = {"href": target}
            opening.meta = {"wiki": True, "embed": bool(match[1])}
            state.push("text", "", 0).content = label or _PLACE.sub(" › ", target.lstrip("#"))
            state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Before CommonMark's own links, which would see `[[x]]` as text."""
    md.inline.ruler.before("link", "wiki_link", wiki_link)
