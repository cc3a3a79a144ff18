"""A note → the fronts and backs of its cards, as Anki's reviewer shows them.

In: a `Note` and its `NoteType`. Out: `Face`s. Scripts of templates carry a nonce, so that the page which shows them
runs these and none that a field may hold.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exporter.machinery.html_text import Html, escape, rewrite
from exporter.model import CardTemplate, Note, NoteType
from exporter.watch.anki_templates import (
    Node,
    Replacement,
    Scene,
    TemplateError,
    is_blank,
    parse_template,
    render_template,
)
from exporter.watch.cloze import gap_numbers
from exporter.watch.typed_answers import compare_typed

_SCRIPT = re.compile(r"<script(?=[\s>])", re.IGNORECASE)
_TYPE = re.compile(r"\[\[type:(?:(cloze|nc):)?(.+?)\]\]")
_SOUND = re.compile(r"\[sound:([^\]\"]*)\]")
_TAG = re.compile(r"<.*?>", re.DOTALL)
_PLAY = (
    r'<a class="replay-button soundLink" href="#" data-sound="\1"><svg class="playImage" viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="29"/><path d="M24 18 L24 46 L48 32 Z"/></svg></a>'
)
_FRONT_SIDE = re.compile(r"\{\{\s*FrontSide\s*\}\}")
_BLANK = "The front of this card is blank: none of its fields holds anything. Anki makes no such card."
_NO_GAP = "No gap of this number stands on the card. Anki makes no such card."


@dataclass(frozen=True, slots=True)
class Face:
    """One card of a note. `name` is its template's, or its gap's; `number` counts from 0."""

    name: str
    number: int
    front: Html
    back: Html


def render_faces(note: Note, notetype: NoteType, nonce: str, typed: str | None = None) -> tuple[Face, ...]:
    """All cards that Anki makes of a note; the first one where it makes none. `typed` is what a reader answered."""
    fields = dict(zip(notetype.field_names, note.fields, strict=True))
    special = {
        "Tags": escape(" ".join(note.tags)),
        "Type": escape(notetype.name),
        "Deck": escape(note.deck),
        "Subdeck": escape(note.deck.rpartition("::")[2]),
    }
    if notetype.is_cloze:
        (template,) = notetype.templates
        numbers = _gaps(template, fields)
        return tuple(
            _face(template, {**fields, **special}, number - 1, nonce, typed, name=f"c{number}", clozes=numbers)
            for number in sorted(numbers) or [1]
        )
    cards = [(n, t) for n, t in enumerate(notetype.templates) if not _is_blank(t, {**fields, **special}, n)]
    return tuple(
        _face(template, {**fields, **special}, number, nonce, typed, name=template.name)
        for number, template in cards or [(0, notetype.templates[0])]
    )


def _gaps(template: CardTemplate, fields: Mapping[str, Html]) -> set[int]:
    """The gaps of the fields that the front shows with `{{cloze:…}}`."""

    def shown(nodes: tuple[Node, ...]) -> set[str]:
        names: set[str] = set()
        for node in nodes:
            if isinstance(node, Replacement):
                names |= {node.field} if "cloze" in node.filters else set()
            elif not isinstance(node, str):
                names |= shown(node.nodes)
        return names

    try:
        return set().union(*(gap_numbers(fields.get(name, "")) for name in shown(parse_template(template.front))))
    except TemplateError:
        return set()


def _is_blank(template: CardTemplate, fields: Mapping[str, Html], number: int) -> bool:
    try:
        return is_blank(parse_template(template.front), Scene(fields, number, question=True).filled())
    except TemplateError:
        return False


def _face(  # noqa: PLR0913 - what a side is made of
    template: CardTemplate,
    fields: Mapping[str, Html],
    number: int,
    nonce: str,
    typed: str | None,
    *,
    name: str,
    clozes: set[int] | None = None,
) -> Face:
    """Both sides of one card."""
    fields = {**fields, "Card": escape(template.name), "CardFlag": escape("flag0")}

    def render(text: str, more: Mapping[str, Html], *, question: bool) -> Html:
        return render_template(
            _SCRIPT.sub(f'<script nonce="{nonce}"', text), Scene({**fields, **more}, number, question, clozes or ())
        )

    front = _guarded(lambda: render(template.front, {}, question=True))
    if clozes is None and _is_blank(template, fields, number):
        front += _warning(_BLANK)
    if clozes is not None and number + 1 not in clozes:
        front += _warning(_NO_GAP)
    back = _guarded(
        lambda: render(template.back, {"FrontSide": front} if _FRONT_SIDE.search(template.back) else {}, question=False)
    )
    return Face(name, number, _ask(front, fields), _compare(back, fields, number, typed or ""))


def _guarded(render: Callable[[], Html]) -> Html:
    try:
        return render()
    except TemplateError as error:
        return _warning(f"Template: {error}")


def _warning(text: str) -> Html:
    return Html('<div class="preview-warning">{}</div>').format(text)


def _ask(front: Html, fields: Mapping[str, Html]) -> Html:
    """The question with a field to type in, as the reviewer puts it there."""
    field = (
        '<center>\n<input type=text id=typeans value="" style="font-family: \'Arial\'; font-size: 20px;">\n</center>'
    )
    has_answer = any(fields.get(match[2], "") for match in _TYPE.finditer(front))
    return rewrite(front, lambda text: _TYPE.sub(lambda _: field if has_answer else "", text), _with_players)


def _compare(back: Html, fields: Mapping[str, Html], number: int, typed: str) -> Html:
    """The answer with what was to be typed and what was, as the reviewer shows it."""
    line = "<hr id=answer>" if "<hr id=answer>" in back else ""

    def expected(match: re.Match[str]) -> str:
        value = fields.get(match[2], "")
        if match[1] == "cloze":
            gaps = (gap.partition("}}") for gap in value.split(f"{{{{c{number + 1}::")[1:])
            value = ", ".join(inside.partition("::")[0] for inside, end, _ in gaps if end)
        answer = html.unescape(_TAG.sub("", value))
        if not answer:
            return ""
        return f"{line}<div style=\"font-family: 'Arial'; font-size: 20px\">{compare_typed(answer, typed)}</div>"

    if _TYPE.search(back):
        back = rewrite(back, lambda text: _TYPE.sub(expected, text.replace("<hr id=answer>", "")))
    return rewrite(back, _with_players)


def _with_players(markup: str) -> str:
    return _SOUND.sub(_PLAY, markup)
