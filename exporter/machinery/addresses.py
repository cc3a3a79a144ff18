"""Addresses in what a deck makes: a card, a page and the preview lead to the network and to nothing else."""

from __future__ import annotations

import re

_FAR = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f<>\"'`\\\ud800-\udfff]+", re.IGNORECASE)


def far_address(href: str) -> str | None:
    """The address of a page (http, https) or a person (mailto), as it may stand in `href`; None for any other."""
    return href if _FAR.fullmatch(href) else None
