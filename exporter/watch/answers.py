"""What the page asks for as JSON: the state, a file's rows, hits of a search, a card, problems, readings.

In: a `Session`, and a request that the guard let through. Out: answers. Whatever a template does wrong is said in the
answer for its card, so that the others go on.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from exporter.diagnostics import CODES, Severity
from exporter.pipeline.faults import template_fault
from exporter.watch.readings import choose_reading, list_readings
from exporter.watch.session import Session
from exporter.watch.shown_card import Setting, describe, nearest, show_card
from exporter.watch.snapshot import Shown, Snapshot
from exporter.watch.tree import list_files, list_rows

_MOST_TYPED = 10_000
_MOST_EDITED = 50
_MOST_SENT = 100_000
"""Bytes of what the page sends: a path and a rule."""
_LONGEST_NUMBER = 6


class Answers:
    """The answers. `nonce` is that of the frame's scripts, `token` what the page shows when it writes."""

    def __init__(self, session: Session, editor: str, nonce: str, token: str, frame: str) -> None:
        self._session = session
        self._editor = editor
        self._nonce = nonce
        self._token = token
        self._frame = frame

    def serials(self) -> dict[str, int | bool]:
        """What changes with every reading and printing."""
        session = self._session
        return {"reading": session.reading, "printing": session.printing, "busy": session.is_printing}

    async def state(self, _: Request) -> Response:
        """The deck at one look: its files, tallies, forms, and what keeps the preview from following."""
        session, shown, findings = self._session, self._session.shown, self._session.findings
        config = session.config or session.call.settings().value
        errors = [d for d in findings.all if d.severity is Severity.ERROR]
        state: dict[str, Any] = {
            "frame": self._frame,
            "token": self._token,
            "title": shown.book.title if shown else session.call.path.name,
            "lang": shown.book.lang if shown else "",
            "loading": not session.reading,
            "cards": len(shown.cards) if shown else 0,
            "first": next(iter(shown.cards), "") if shown else "",
            "files": list_files(shown, findings, session.states) if shown else [],
            "tally": findings.counts,
            "first_error": findings.described(errors[:1], config, self._editor),
            "has_edition": session.prints.states is not None,
            "edited": session.edited[:_MOST_EDITED],
            "stale": session.is_stale,
            "fault": session.fault or session.prints.fault,
            "forms": [
                {"key": form.key, "sizes": [[round(w, 1), round(h, 1)] for w, h in form.contents.sizes]}
                for form in session.prints.forms
            ],
            **self.serials(),
        }
        return JSONResponse(state)

    async def file(self, request: Request) -> Response:
        """The rows of one file."""
        session, path = self._session, request.query_params.get("path", "")
        if session.shown is None or path not in session.shown.chapters:
            return _nothing()
        return JSONResponse(list_rows(session.shown, path, session.findings, session.states))

    async def search(self, request: Request) -> Response:
        """Hits for `q`, from `start` on."""
        start = count_from(request.query_params.get("start", "0"))
        if start is None:
            return _nothing()
        typed = request.query_params.get("q", "")[:_MOST_TYPED]
        return JSONResponse(await self._session.search(typed, start))

    async def card(self, request: Request) -> Response:
        """The card `id`; where there is none, that at place `spot` of the file `path`; else the first one."""
        shown, asked = self._session.shown, request.query_params
        if shown is None:
            return _nothing()
        spot = count_from(asked.get("spot", "0"))
        card = nearest(shown, asked.get("id", ""), asked.get("path", ""), spot) if spot is not None else None
        if card is None:
            return _nothing()
        typed = asked.get("typed")
        return await asyncio.to_thread(self._show, shown, card, typed[:_MOST_TYPED] if typed else None)

    def _show(self, shown: Snapshot, card: Shown, typed: str | None) -> Response:
        session = self._session
        pages = {form.key: form.pages for form in session.prints.forms}
        setting = Setting(self._nonce, self._editor, session.findings, session.states, pages)
        try:
            return JSONResponse(show_card(shown, card, setting, typed))
        except jinja2.TemplateError as error:
            fault = template_fault(error)
            where, text = str(fault.span or ""), fault.message
        except Exception as error:  # noqa: BLE001 - a template's own mistake, or a bug: the author must see it
            where, text = "", f"{type(error).__name__}: {error}"
        described = {**describe(shown, card, setting), "faces": []}
        return JSONResponse({**described, "fault": {"where": where, "message": text}})

    async def problems(self, _: Request) -> Response:
        """All there is to say."""
        session = self._session
        config = session.config or session.call.settings().value
        findings = session.findings
        meanings = {code: CODES[code][1] for code in {diagnostic.code for diagnostic in findings.all}}
        return JSONResponse({"problems": findings.described(findings.all, config, self._editor), "meanings": meanings})

    async def outline(self, request: Request) -> Response:
        """The bookmarks of a form, and the page of each card in the order of the pages."""
        form = self._session.form(request.query_params.get("form", ""))
        if form is None:
            return _nothing()
        outline = [{"depth": depth, "title": title, "page": page} for depth, title, page in form.contents.outline]
        cards = sorted(form.pages.items(), key=lambda item: item[1])
        return JSONResponse({"outline": outline, "cards": cards})

    async def readings(self, request: Request) -> Response:
        """Ways to read a file."""
        shown = self._session.shown
        found = list_readings(shown, request.query_params.get("path", "")) if shown else None
        return JSONResponse(found) if found else _nothing()

    async def choose(self, request: Request) -> Response:
        """Write a rule. The guard has seen that the page itself asks."""
        shown = self._session.shown
        try:
            asked = json.loads(await _sent(request))
            path, rule = str(asked["path"]), str(asked["rule"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return JSONResponse({"fault": "path and rule, as JSON"}, 400)
        said = await asyncio.to_thread(choose_reading, shown, path, rule) if shown else None
        if said is None:
            return _nothing()
        return JSONResponse({"said": [{"message": d.message, "hint": d.hint} for d in said]})


def count_from(text: str) -> int | None:
    """A number as an address has it, as far as a deck counts; None for what is none."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


async def _sent(request: Request) -> bytes:
    """The body of a request. Raises ValueError where it is longer than any that the page sends."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_SENT:
            raise ValueError("too long")
    return bytes(body)


def _nothing() -> Response:
    return Response("not here\n", 404, media_type="text/plain")
