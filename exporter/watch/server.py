"""The preview's server, on loopback: the page, the state as JSON, an event for each change, cards, media, pages.

In: a `Session`. Everything that is served comes from a table: the page's own files, MathJax, the media of the plan, the
printed forms. No path of a request ever becomes a path on disk.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from exporter.machinery.libraries import package_file
from exporter.machinery.templates import template_folders
from exporter.media.scaled import media_bytes
from exporter.watch.answers import Answers, count_from
from exporter.watch.guard import Guard
from exporter.watch.raster import draw_page
from exporter.watch.session import Session

_MATHJAX = "static/mathjax/es5"
_WIDEST = 3000
_WRITES = "/reading"
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_MEDIA_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


class Preview:
    """The addresses. `port` is the one that the server listens on; `editor` names where links to places lead."""

    def __init__(self, session: Session, *, port: int, editor: str) -> None:
        self._session = session
        self._port = port
        self._nonce = secrets.token_urlsafe(16)
        self._token = secrets.token_urlsafe(24)
        self._frame_path = f"/shown/{secrets.token_urlsafe(24)}/"
        self._own = _own_files()
        self._mathjax = _mathjax_files()
        self._answers = Answers(session, editor, self._nonce, self._token, f"{self._frame_path}card.html")

    def app(self) -> Starlette:
        """The application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self._session.run():
                yield

        answers = self._answers
        routes = [
            Route("/", self._index),
            Route("/own/{name}", self._file),
            Route("/events", self._events),
            Route("/state", answers.state),
            Route("/file", answers.file),
            Route("/search", answers.search),
            Route("/card", answers.card),
            Route("/problems", answers.problems),
            Route("/outline", answers.outline),
            Route("/readings", answers.readings),
            Route(_WRITES, answers.choose, methods=["POST"]),
            Route("/form/{key}.pdf", self._pdf),
            Route("/page/{key}/{number}.png", self._page),
            Route(f"{self._frame_path}card.html", self._frame),
            Route(f"{self._frame_path}mathjax/{{name:path}}", self._math),
            Route(f"{self._frame_path}{{name}}", self._media),
        ]
        guard = Middleware(Guard, port=self._port, frame_path=self._frame_path, writes={_WRITES: self._token})
        app = Starlette(routes=routes, lifespan=lifespan, middleware=[guard])
        app.router.redirect_slashes = False
        return app

    async def _index(self, _: Request) -> Response:
        return _send(self._own["index.html"])

    async def _file(self, request: Request) -> Response:
        file = self._own.get(request.path_params["name"])
        return _send(file) if file else _nothing()

    async def _frame(self, request: Request) -> Response:
        """The empty page in which cards are shown. Its scripts carry the nonce; it may load its media and MathJax."""
        base = f"http://{request.headers['host']}{self._frame_path}"
        policy = (
            f"default-src 'none'; script-src 'nonce-{self._nonce}'; style-src 'unsafe-inline' {base}; "
            f"img-src {base} data:; font-src {base} data:; media-src {base}; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'; sandbox allow-scripts"
        )
        markup = self._own["card.html"].read_text(encoding="utf-8").replace("__NONCE__", self._nonce)
        return Response(markup, media_type="text/html", headers={"Content-Security-Policy": policy})

    async def _math(self, request: Request) -> Response:
        file = self._mathjax.get(request.path_params["name"])
        # fonts are fetched with CORS even by the frame, whose origin is none
        return _send(file, {**_FOREVER, "Access-Control-Allow-Origin": "null"}) if file else _nothing()

    async def _media(self, request: Request) -> Response:
        """A file of the frame's own page, or a picture by its name in the note plan."""
        name = request.path_params["name"]
        if name in ("card.css", "card.js"):
            return _send(self._own[name])
        media = self._session.shown.media.get(name) if self._session.shown else None
        if media is None:
            return _nothing()
        try:
            data = await asyncio.to_thread(media_bytes, media, self._session.cache)
        except OSError:
            return _nothing()  # it was deleted just now; the next state says so
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # a new picture has a new name, so this one may be kept
        return Response(data, media_type=kind, headers={**_FOREVER, **_MEDIA_POLICY})

    async def _events(self, _: Request) -> Response:
        """Server-sent events (HTML Living Standard, 9.2): the serials, whenever one changed."""

        async def stream() -> AsyncIterator[bytes]:
            async for _ in self._session.events():
                yield f"data: {json.dumps(self._answers.serials())}\n\n".encode()

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def _pdf(self, request: Request) -> Response:
        form = self._session.form(request.path_params["key"])
        # a browser's PDF viewer does not work under a policy that forbids plug-ins
        policy = {"Content-Security-Policy": "frame-ancestors 'none'"}
        return Response(form.data, media_type="application/pdf", headers=policy) if form else _nothing()

    async def _page(self, request: Request) -> Response:
        form = self._session.form(request.path_params["key"])
        number = count_from(request.path_params["number"])
        width = count_from(request.query_params.get("w", "900"))
        if form is None or number is None or width is None or not 0 < width <= _WIDEST:
            return _nothing()
        try:
            data = await asyncio.to_thread(draw_page, form.data, number, width)
        except IndexError:
            return _nothing()
        return Response(data, media_type="image/png")


def _own_files() -> Mapping[str, Path]:
    """The page's files. A deck's own templates have no say here: they would run with the page's rights."""
    folder = next(f for f in template_folders(None) if (f / "preview").is_dir()) / "preview"
    return {file.name: file for file in folder.iterdir() if file.is_file()}


def _mathjax_files() -> Mapping[str, Path]:
    script = package_file("mathjax", f"{_MATHJAX}/tex-chtml-full.js")
    fonts = script.parent.glob("output/chtml/fonts/woff-v2/*.woff")
    return {file.relative_to(script.parent).as_posix(): file for file in (script, *fonts)}


def _send(file: Path, headers: Mapping[str, str] | None = None) -> Response:
    kinds = {".js": "text/javascript", ".woff": "font/woff"}  # some systems have other ideas
    kind = kinds.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return Response(file.read_bytes(), media_type=kind, headers=headers)


def _nothing() -> Response:
    return Response("not here\n", 404, media_type="text/plain")
