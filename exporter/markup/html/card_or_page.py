"""What differs between a card and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from exporter.machinery.html_text import Html
from exporter.model import Asset


class Gaps(Enum):
    """How the gaps of a cloze are shown: as Anki's own `{{c1::…}}`, filled in and set off, or as blanks."""

    ANKI = "anki"
    SHOWN = "shown"
    HIDDEN = "hidden"


def frame_media(asset: Asset) -> Html:
    """Sound and film where nothing plays: the file's name in a frame."""
    return Html('<span class="media">{}</span>').format(asset.name)


def link_address(address: str) -> Html:
    """What plays at an address, where one can follow a link."""
    return Html('<a href="{}">{}</a>').format(address, address)


class References:
    """What references to figures, tables, formulas and headings are: on a card, nothing but words."""

    def anchor(self, name: str) -> str | None:  # noqa: ARG002
        """The id of what bears a name."""
        return None

    def opening(self, name: str) -> Html | None:  # noqa: ARG002
        """The beginning of a link to it."""
        return None

    def mentioned(self, mentions: Iterable[tuple[str, str]]) -> Html | None:  # noqa: ARG002
        """What references say that the file itself does not answer; None where they stay as they are."""
        return None


@dataclass(frozen=True, slots=True)
class Target:
    """Where HTML goes. Each function takes what the notes say and returns HTML or an address.

    `image(asset)` gives an address; `math(tex, display)` HTML; `link(href)` the address of a working link, or None
    where the text must stand alone; `find_image(address)` the asset, or None where it is missing; `media(asset)` HTML
    for a sound or a film; `film(address)` HTML for one that lies on the network, or for a page that is framed. With `rows`
    a figure says that it stands in one line with the one before.
    """

    find_image: Callable[[str], Asset | None]
    image: Callable[[Asset], str]
    math: Callable[[str, bool], Html]
    link: Callable[[str], str | None]
    media: Callable[[Asset], Html] = frame_media
    film: Callable[[str], Html] = link_address
    gaps: Gaps = Gaps.SHOWN
    references: References = field(default_factory=References)
    rows: bool = False
