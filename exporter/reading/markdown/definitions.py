"""Definition lists: a term, and below it lines that begin with `: `."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin


def install(md: MarkdownIt) -> None:
    """The plugin as it is."""
    deflist_plugin(md)
