"""Pictures as figures with captions."""

from __future__ import annotations

import html

from markdown_it.token import Token

from exporter.markup.html.card_or_page import Target
from exporter.reading.markdown import caption_of, plain_text, stem

_LONGEST = 200


def alternative(image: Token) -> str:
    """The alternative text: what the author wrote, else the file's stem."""
    return html.escape(plain_text(image.children or ()) or stem(image))


def render_figure(image: Token, target: Target) -> str:
    """A picture that has its line for itself; a frame that says so where it is missing."""
    label = _caption(image)
    asset = target.find_image(str(image.attrs["src"]))
    if asset is None:
        name = html.escape(short_address(str(image.attrs["src"])))
        return f'<figure class="figure missing"><div class="missing-name">{name}</div>{label}</figure>\n'
    size = own_size(image) or (
        f' width="{asset.width}" height="{asset.height}"' if asset.width and asset.height else ""
    )
    kind = ' class="line-art"' if asset.is_line_art else ""
    picture = f'<img{kind} src="{html.escape(target.image(asset))}" alt="{alternative(image)}"{size}>'
    return f'<figure class="figure">{picture}{label}</figure>\n'


def _caption(image: Token) -> str:
    """What stands below it. A picture that texts refer to bears its number wherever it is shown."""
    caption = alternative(image) if caption_of(image) else ""
    if "numbered" in image.meta:
        word, number = image.meta["numbered"]
        name = f'<b>{html.escape(word)} <span class="count">{number}</span></b>'
        return f'<figcaption class="numbered" style="counter-set: figure {number}">{name} {caption}</figcaption>'
    return f"<figcaption>{caption}</figcaption>" if caption else ""


def short_address(address: str) -> str:
    """An address as a reader is shown it: not the whole of a picture that stands in it."""
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}…"


def own_size(image: Token) -> str:
    """The size that the author gives a picture, as an attribute; "" for none. A number without a unit is px."""
    sizes = ((name, str(image.meta.get(name, ""))) for name in ("width", "height"))
    written = ";".join(f"{name}:{size if size[-1] in '%x' else size + 'px'}" for name, size in sizes if size)
    return f' style="{html.escape(written)}"' if written else ""
