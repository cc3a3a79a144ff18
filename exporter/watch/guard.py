"""Who may ask: the preview's own page, on this machine, and nobody else.

A page on the web can make a browser send requests to 127.0.0.1, and can give its own name that address (DNS rebinding).
So the Host header must name this server, Origin and Sec-Fetch-Site must be its own, only GET and HEAD are answered, and
each answer says how little its content may do. Cards stand in a frame without an origin; what that frame loads lies
under an address that nobody can guess. The one address that writes takes a POST, and only with the page's own Origin
and a token that the page alone can read. Other users of this machine are refused, where the system tells who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hmac import compare_digest
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exporter.watch.peers import is_another_users

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOTHING: Mapping[str, str] = MappingProxyType({})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware. `frame_path` is the path under which the frame's files lie, such as "/shown/<token>/".

    `writes` maps the path of what writes to the token that its header X-Token must hold.
    """

    def __init__(self, app: ASGIApp, *, port: int, frame_path: str, writes: Mapping[str, str] = NOTHING) -> None:
        self._app = app
        self._port = port
        self._hosts = frozenset(
            {f"127.0.0.1:{port}", f"localhost:{port}"} | ({"127.0.0.1", "localhost"} if port == 80 else set())
        )
        self._frame_path = frame_path
        self._writes = writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 405, or pass the request on and put headers on the answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refusal = self.refuse(scope["method"], scope["path"], scope["headers"])
        if refusal is None and scope["client"] and is_another_users(scope["client"], self._port):
            refusal = 403, "not for other users of this machine"
        if refusal:
            status, reason = refusal
            await PlainTextResponse(f"{reason}\n", status, headers=_HEADERS)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._protect(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, with_headers)

    def refuse(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        """The status and the reason, where a request is not answered."""
        token = self._writes.get(path)
        if method not in (("POST",) if token else ("GET", "HEAD")):
            return 405, "not with this method"
        pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]
        hosts = [value.lower() for name, value in pairs if name == "host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 403, "this server answers to its own name only"
        given = dict(pairs)
        if path.startswith(self._frame_path):
            return None if self._is_own(given.get("origin", "null"), null=True) else (403, "not for other origins")
        if not self._is_own(given.get("origin", ""), null=False) or not _is_same_site(given, path):
            return 403, "not for other origins"
        if token and not (given.get("origin") and compare_digest(given.get("x-token", "").encode(), token.encode())):
            return 403, "only the page itself may write"
        return None

    def _is_own(self, origin: str, *, null: bool) -> bool:
        return not origin or origin.removeprefix("http://") in self._hosts or (null and origin == "null")

    def _protect(self, headers: MutableHeaders, path: str) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        if not path.startswith(self._frame_path):  # the frame has no origin that could be the same
            headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "DENY")


def _is_same_site(headers: Mapping[str, str], path: str) -> bool:
    """What browsers say of who asks. A link from elsewhere may open the preview, in a tab of its own."""
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    return path == "/" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
