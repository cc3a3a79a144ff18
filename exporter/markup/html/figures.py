"""Pictures as figures with captions."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from markdown_it.token import Token

from exporter.markup.html.card_or_page import Target
from exporter.reading.markdown import plain_text

_MACHINE_NAME = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f-]{8,}|(?:image|img|pic|picture|photo|figure|fig|screenshot|screen shot|untitled|alt|alt text"
    r"|图片|图像|截图|截屏|屏幕截图|微信图片|微信截图|在这里插入图片描述|请添加图片描述|描述)?[-_ ().\d:T]*|[\w-]{28,}",
    re.IGNORECASE,
)
"""Names that cameras, editors and chat programs give: they say nothing under a figure."""


_LONGEST = 200


def alternative(image: Token) -> str:
    """The alternative text: what the author wrote, else the file's stem."""
    return html.escape(plain_text(image.children or ()) or _stem(image))


def render_figure(image: Token, target: Target) -> str:
    """A picture that has its line for itself; a frame that says so where it is missing."""
    caption = alternative(image)
    if _MACHINE_NAME.fullmatch(html.unescape(caption)):
        caption = ""
    label = f"<figcaption>{caption}</figcaption>" if caption else ""
    asset = target.find_image(str(image.attrs["src"]))
    if asset is None:
        name = html.escape(short_address(str(image.attrs["src"])))
        return f'<figure class="figure missing"><div class="missing-name">{name}</div>{label}</figure>\n'
    size = own_size(image) or (
        f' width="{asset.width}" height="{asset.height}"' if asset.width and asset.height else ""
    )
    picture = f'<img src="{html.escape(target.image(asset))}" alt="{alternative(image)}"{size}>'
    return f'<figure class="figure">{picture}{label}</figure>\n'


def short_address(address: str) -> str:
    """An address as a reader is shown it: not the whole of a picture that stands in it."""
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}…"


def own_size(image: Token) -> str:
    """The size that the author gives a picture, as an attribute; "" for none. A number without a unit is px."""
    sizes = ((name, str(image.meta.get(name, ""))) for name in ("width", "height"))
    written = ";".join(f"{name}:{size if size[-1] in '%x' else size + 'px'}" for name, size in sizes if size)
    return f' style="{html.escape(written)}"' if written else ""


def _stem(image: Token) -> str:
    """The name of the picture's file; a picture that stands in the notes has none."""
    if str(image.attrs["src"])[:5].lower() == "data:":
        return ""
    return PurePosixPath(unquote(str(image.attrs["src"])).replace("\\", "/").split("?")[0]).stem
