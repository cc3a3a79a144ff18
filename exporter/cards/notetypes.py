"""Note types, from their folders in `templates/anki/`.

In: the key of a card kind, such as "basic", and a theme. Out: a `NoteType` with templates and CSS rendered by Jinja.
Ids, names and order of fields and templates never change once released: Anki would stop updating the decks that readers
have. A theme is CSS that comes last; it has note types of its own, since Anki keeps one CSS for each.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import jinja2

from exporter.cards.anki_syntax import raw_name
from exporter.machinery.sandbox import Sandbox, Templates, UntrustedError, reading_table, refuse, template_text
from exporter.machinery.strange_templates import check_card, check_css
from exporter.machinery.templates import Own
from exporter.model import CardTemplate, NoteType

DEFAULT_THEME = "paper"
_THEMES = "anki/themes"
_SHARED = "it changes the cards of all decks of this theme, not only of this one"
_OWN_THEME = (
    'give the look a name: theme = "…" in [anki], and a file of that name in templates/anki/themes/; or trust the deck with'
    ' "make-deck trust"'
)


def card_environment(own: Own | None) -> Sandbox:
    """Jinja for `templates/anki/`. Its delimiters leave Anki's own `{{Field}}` alone."""
    return Sandbox(
        loader=Templates(own),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )


def theme_names(environment: jinja2.Environment) -> tuple[str, ...]:
    """The card themes that there are: the default one, ours and the deck's own."""
    assert environment.loader is not None
    names = (Path(name) for name in environment.loader.list_templates())
    found = {name.stem for name in names if name.parent.as_posix() == _THEMES and name.suffix == ".css"}
    return tuple(sorted({DEFAULT_THEME, *found}))


def load_notetype(key: str, environment: Sandbox, theme: str = DEFAULT_THEME) -> NoteType:
    """The note type of a card kind. A theme that is not there adds nothing to the CSS."""
    with reading_table(environment, "anki/labels.toml") as labels:
        context = {"theme": "anki/theme.css", "labels": {lang: dict(words) for lang, words in labels.items()}}

    assert isinstance(environment.loader, Templates)
    is_strange = environment.loader.is_strange

    def render(name: str) -> str:
        return environment.fill(f"anki/{name}", context)

    with reading_table(environment, f"anki/{key}/notetype.toml") as table:
        number, name, is_cloze = int(table["id"]), raw_name(str(table["name"])), table["kind"] == "cloze"
        sides = [
            CardTemplate(
                raw_name(str(side["name"])),
                int(side["id"]),
                str(side["front"]),
                str(side["back"]),
                str(side.get("browser_front", "")),
                str(side.get("browser_back", "")),
            )
            for side in table["templates"]
        ]

    def side_of(file: str) -> str:
        markup = render(f"{key}/{file}")
        if is_strange:
            refuse(f"templates/anki/{key}/{file}", check_card(markup, _own_script()))
        return markup

    templates = tuple(replace(side, front=side_of(side.front), back=side_of(side.back)) for side in sides)
    css = render("card.css")
    if is_strange:
        refuse("templates/anki/card.css", check_css(css))
    with reading_table(environment, "anki/fields.toml") as fields:
        tables = tuple({**field, "id": int(field["id"]), "name": str(field["name"])} for field in fields["fields"])
    notetype = NoteType(key, number, name, is_cloze, tables, templates, css)
    notetype = notetype if theme == DEFAULT_THEME else _themed(notetype, theme, environment)
    if is_strange and (file := environment.loader.first_changed("anki")) and _is_shared_and_changed(notetype, theme):
        raise UntrustedError(file, 1, _SHARED, _OWN_THEME)
    return notetype


def _is_shared_and_changed(notetype: NoteType, theme: str) -> bool:
    """Whether other decks of a collection have this very note type, in a theme of ours, and would look otherwise."""
    ours = card_environment(None)
    return theme in theme_names(ours) and notetype != load_notetype(notetype.key, ours, theme)


@cache
def _own_script() -> str:
    """The script of our own cards, as it stands on them."""
    return card_environment(None).fill("anki/partials/script.html", {})


def _themed(notetype: NoteType, theme: str, environment: jinja2.Environment) -> NoteType:
    """The note type in another theme: ids and name that follow from the fixed ones and the theme's name alone."""
    name = f"{_THEMES}/{theme}.css"
    css = template_text(environment, name) if theme in theme_names(environment) else ""
    return replace(
        notetype,
        id=(1 << 40) + _derive(notetype.id, theme) % (1 << 40),  # as large as Anki's own, which are times in ms
        name=f"{notetype.name} ({raw_name(theme)})",
        fields=tuple({**field, "id": _derive(int(field["id"]), theme)} for field in notetype.fields),
        templates=tuple(replace(template, id=_derive(template.id, theme)) for template in notetype.templates),
        css=f"{notetype.css}\n{css}",
        theme=theme,
    )


def _derive(fixed: int, theme: str) -> int:
    """An id of 63 bits from a fixed one."""
    return int.from_bytes(hashlib.sha256(f"{fixed}/{theme}".encode()).digest()[:8], "big") >> 1
