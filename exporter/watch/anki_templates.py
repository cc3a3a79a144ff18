"""Anki's template syntax: `{{Field}}`, `{{#Field}}`, `{{^Field}}`, `{{filter:Field}}`, `<!-- comments -->`.

In: a template and the fields of a note. Out: HTML, as Anki renders it, in a frame where nothing of a field runs. What Anki refuses
raises `TemplateError`. Knows nothing of decks, pages or make-deck's own note types.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from exporter.machinery.html_text import Html, escape, rewrite
from exporter.watch.cloze import fill_gaps

_PIECE = re.compile(r"(?P<comment><!--.*?-->)|\{\{(?P<mark>.*?)\}\}|(?P<text>(?:(?!\{\{|<!--).)+|.)", re.DOTALL)
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE)


class TemplateError(Exception):
    """What is wrong with a template, in words for its author."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """`{{outer:inner:Field}}`; `filters` from the innermost on."""

    field: str
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """`{{#Field}} … {{/Field}}`, or with `^` where `wanted` is False."""

    field: str
    wanted: bool
    nodes: tuple[Node, ...]


Node = str | Replacement | Condition


@dataclass(frozen=True, slots=True)
class Scene:
    """What a template is filled with. `card` counts from 0; `clozes` are the numbers that the note's gaps have."""

    fields: Mapping[str, Html]
    card: int
    question: bool
    clozes: Collection[int] = ()

    def filled(self) -> frozenset[str]:
        """The names for which `{{#…}}` holds. Anki has one more for the gap that is asked: c1, c2, …."""
        gap = {f"c{self.card + 1}"} if self.card + 1 in self.clozes else set()
        return frozenset(name for name, value in self.fields.items() if not _EMPTY.fullmatch(value)) | gap


@lru_cache(maxsize=256)
def parse_template(text: str) -> tuple[Node, ...]:
    """The nodes of a template."""
    stack: list[tuple[str, bool, list[Node]]] = [("", True, [])]
    for piece in _PIECE.finditer(text):
        if piece["mark"] is None:
            stack[-1][2].append(piece[0])
            continue
        mark = piece["mark"].lstrip("{").strip()
        name = mark[1:].strip()
        match mark[:1]:
            case "#" | "^":
                stack.append((name, mark[0] == "#", []))
            case "/":
                field, wanted, nodes = stack.pop()
                if not stack or field != name:
                    raise TemplateError(
                        f"{{{{/{name}}}}} closes nothing"
                        if not stack
                        else f"{{{{/{name}}}}} stands where {{{{/{field}}}}} must"
                    )
                stack[-1][2].append(Condition(field, wanted, tuple(nodes)))
            case _:
                *filters, field = mark.split(":")
                stack[-1][2].append(Replacement(field.strip(), tuple(filters[::-1])))
    if len(stack) > 1:
        raise TemplateError(f"{{{{#{stack[-1][0]}}}}} is never closed")
    return tuple(stack[0][2])


def render_template(text: str, scene: Scene) -> Html:
    """A template filled with the fields of a scene."""
    filled = scene.filled()
    return Html().join(_render(node, scene, filled) for node in parse_template(text))


def is_blank(nodes: Sequence[Node], filled: Collection[str]) -> bool:
    """Whether a front shows no field that holds anything: Anki makes no card of it."""
    for node in nodes:
        match node:
            case Replacement(field=field) if field in filled:
                return False
            case Condition(field=field, wanted=wanted, nodes=inner) if not wanted or field in filled:
                if not is_blank(inner, filled):
                    return False
            case _:
                pass
    return True


def _render(node: Node, scene: Scene, filled: Collection[str]) -> Html:
    match node:
        case str():
            return Html(node)
        case Condition(field=field, wanted=wanted, nodes=nodes):
            if field not in scene.fields and not re.fullmatch(r"c\d+", field):
                raise TemplateError(f"there is no field called {field}")
            shown = nodes if (field in filled) is wanted else ()
            return Html().join(_render(inner, scene, filled) for inner in shown)
        case Replacement(field=field, filters=filters):
            if field not in scene.fields:
                raise TemplateError(f"there is no field called {field}")
            if filters and filters[-1] == "type":
                return escape(f"[[{':'.join([*filters[::-1], field])}]]")
            value = scene.fields[field]
            for name in filters:
                value = _filter(name, value, scene, field)
            return value


def _filter(name: str, value: Html, scene: Scene, field: str) -> Html:
    match name:
        case "cloze":
            return rewrite(value, lambda text: fill_gaps(text, scene.card + 1, question=scene.question))
        case "text":
            return rewrite(value, lambda text: html.unescape(_TAG.sub("", text)))
        case "hint":
            return _hint(value, field) if value.strip() else Html()
        case "":
            return value
        case _:
            raise TemplateError(f"the preview does not know {{{{{name}:{field}}}}}; Anki may")


def _hint(value: Html, field: str) -> Html:
    """Anki's link that shows a hint, without the script in its attribute: the preview's page runs none of those."""
    link = Html('\n<a class=hint href="#" draggable=false>\n{}</a>\n<div class=hint style="display: none">{}</div>\n')
    return link.format(field, value)
