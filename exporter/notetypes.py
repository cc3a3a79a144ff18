"""Note types, from their folders in `templates/anki/`.

In: the key of a card kind, such as "basic". Out: a `NoteType` with its templates and CSS rendered by Jinja. Ids, names
and order of fields and templates never change once released: Anki would stop updating the decks that readers have.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from exporter.model import CardTemplate, NoteType
from exporter.resources import template_folders


def card_environment(deck_root: Path | None) -> jinja2.Environment:
    """Jinja for `templates/anki/`. Its delimiters leave Anki's own `{{Field}}` alone."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(template_folders(deck_root)),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
    )


def load_notetype(key: str, environment: jinja2.Environment) -> NoteType:
    """The note type of a card kind."""
    table = _toml(environment, f"anki/{key}/notetype.toml")
    labels = _toml(environment, "anki/labels.toml")
    context = {"theme": "anki/theme.css", "labels": labels}

    def render(name: str) -> str:
        return environment.get_template(f"anki/{name}").render(context)

    templates = tuple(
        CardTemplate(
            name=template["name"],
            id=template["id"],
            front=render(f"{key}/{template['front']}"),
            back=render(f"{key}/{template['back']}"),
            browser_front=template.get("browser_front", ""),
            browser_back=template.get("browser_back", ""),
        )
        for template in table["templates"]
    )
    fields: tuple[Mapping[str, str | int | bool], ...] = tuple(_toml(environment, "anki/fields.toml")["fields"])
    return NoteType(key, table["id"], table["name"], table["kind"] == "cloze", fields, templates, render("card.css"))


def _toml(environment: jinja2.Environment, name: str) -> dict[str, Any]:
    assert environment.loader is not None
    return tomllib.loads(environment.loader.get_source(environment, name)[0])
