"""Pictures as figures with captions."""

from __future__ import annotations

from markdown_it.token import Token

from exporter.machinery.html_text import Html, escape
from exporter.markup.html.card_or_page import Target
from exporter.reading.markdown import caption_of, plain_text, stem

_LONGEST = 200


def alternative(image: Token) -> Html:
    """The alternative text: what the author wrote, else the file's stem."""
    return escape(plain_text(image.children or ()) or stem(image))


def render_figure(image: Token, target: Target, *, beside: bool = False) -> Html:
    """A picture that has its line for itself, or shares it with the one before; a frame that says so where it is missing."""
    label = _caption(image, target)
    asset = target.find_image(str(image.attrs["src"]))
    if asset is None:
        name = short_address(str(image.attrs["src"]))
        return Html('<figure class="figure missing"><div class="missing-name">{}</div>{}</figure>\n').format(
            name, label
        )
    has_size = asset.width and asset.height
    size = own_size(image) or (
        Html(' width="{}" height="{}"').format(asset.width, asset.height) if has_size else Html()
    )
    kind = Html(' class="line-art"') if asset.is_line_art else Html(' class="on-dark"') if asset.is_light else ""
    picture = Html('<img{} src="{}" alt="{}"{}>').format(kind, target.image(asset), alternative(image), size)
    shares = Html(" data-beside") if beside else Html()
    return Html('<figure class="figure"{}>{}{}</figure>\n').format(shares, picture, label)


def _caption(image: Token, target: Target) -> Html:
    """What stands below it. A picture that texts refer to bears its number wherever it is shown."""
    caption = alternative(image) if caption_of(image) else Html()
    if "numbered" in image.meta:
        word, number = image.meta["numbered"]
        name = Html('<b>{} <span class="count">{}</span></b>').format(word, number)
        anchors = filter(None, map(target.references.anchor, image.meta.get("names", ())))
        place = Html().join(Html(' id="{}"').format(anchor) for anchor in anchors)
        numbered = Html('<figcaption class="numbered"{} style="counter-set: figure {}">{} {}</figcaption>')
        return numbered.format(place, number, name, caption)
    return Html("<figcaption>{}</figcaption>").format(caption) if caption else caption


def short_address(address: str) -> str:
    """An address as a reader is shown it: not the whole of a picture that stands in it."""
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}…"


def own_size(image: Token) -> Html:
    """The size that the author gives a picture, as an attribute; "" for none. A number without a unit is px."""
    sizes = ((name, str(image.meta.get(name, ""))) for name in ("width", "height"))
    written = ";".join(f"{name}:{size if size[-1] in '%x' else size + 'px'}" for name, size in sizes if size)
    return Html(' style="{}"').format(written) if written else Html()
