"""Cards as Anki shows them: pictures to look at, and findings to test.

In: an .apkg. Out: what is wrong with its cards (`check_package`), and pictures of them. The real backend imports the
package and renders each card; the reviewer page of Anki's own desktop program, taken out of the `aqt` wheel, displays
it in one headless Chromium that is driven through its DevTools pipe. Knows nothing of make-deck.

    python tests/anki_view.py deck.apkg OUT_DIR [--cards 0,3] [--modes light,ios-night] [--sides question,answer]
"""

from __future__ import annotations

import argparse
import fcntl
import http.server
import json
import mimetypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

SIDES = ("question", "answer")

_WEBKIT = "AppleWebKit/605.1 (KHTML, like Gecko)"
_ANDROID = f"Mozilla/5.0 (Linux; Android 14; Phone) {_WEBKIT} Chrome/140.0 Mobile Safari/605.1"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {_WEBKIT} Mobile/15E148"


class ViewerMissingError(Exception):
    """Anki's reviewer page or a Chromium is not to be had here; tests skip with this reason."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One client by day or by night: how it marks the page, and how large its screen is (CSS px)."""

    body: str
    night: bool
    width: int
    height: int
    agent: str = ""

    @property
    def body_class(self) -> str:
        """The classes that the client gives to the body besides `card cardN`."""
        return f"{self.body} nightMode night_mode".strip() if self.night else self.body

    @property
    def mobile(self) -> bool:
        """Whether this is a phone."""
        return bool(self.agent)


MODES: Mapping[str, Mode] = {
    "light": Mode("isLin fancy", night=False, width=900, height=900),
    "night": Mode("isLin fancy", night=True, width=900, height=900),
    "android": Mode("mathjax-rendered", night=False, width=412, height=860, agent=_ANDROID),
    "android-night": Mode("mathjax-rendered", night=True, width=412, height=860, agent=_ANDROID),
    "ios": Mode("", night=False, width=390, height=790, agent=_IPHONE),
    "ios-night": Mode("", night=True, width=390, height=790, agent=_IPHONE),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one side of one card in one mode."""

    card: int
    side: str
    mode: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"card {self.card} {self.side} {self.mode}: {self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Look:
    """What the page says about itself. Lengths in CSS px; `image` is the largest one as shares of the screen."""

    overflow: int
    clipped: list[str]
    broken_images: list[str]
    math_errors: list[str]
    low_contrast: list[str]
    image: tuple[float, float]
    script_errors: list[str]

    def findings(self, card: int, side: str, mode: str) -> Iterator[Finding]:
        """What is wrong, one by one."""
        wrong = {
            "overflow": [f"{self.overflow} px"] if self.overflow > 0 else [],
            "wide": self.clipped,
            "broken image": self.broken_images,
            "math": self.math_errors,
            "contrast": self.low_contrast,
            "image": [f"{self.image} of the screen"] if max(self.image) > 1 else [],
            "script": self.script_errors,
        }
        for kind, details in wrong.items():
            yield from (Finding(card, side, mode, kind, detail) for detail in details)


# ------------------------------------------------------------------------------------------------- what it needs


def cache_folder() -> Path:
    """Where the wheel is kept between runs."""
    return Path(os.environ.get("MAKE_DECK_TEST_CACHE") or Path(tempfile.gettempdir()) / "make-deck-test-cache")


def reviewer_assets() -> Path:
    """The web files of Anki's reviewer, fetched once as a part of the `aqt` wheel."""
    folder = cache_folder() / "aqt"
    web = folder / "_aqt" / "data" / "web"
    if (web / "js" / "reviewer.js").is_file():
        return web
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.glob("aqt-*.whl")):
        fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "aqt"]
        done = subprocess.run(fetch, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise ViewerMissingError(f"no aqt wheel: {done.stderr.strip().splitlines()[-1:]}")
    with zipfile.ZipFile(next(folder.glob("aqt-*.whl"))) as wheel:
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith("_aqt/data/web/")])
    return web


def chromium() -> str:
    """A Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise ViewerMissingError("no Chromium on PATH")
    return found


# ---------------------------------------------------------------------------------------------------- the package


class Package:
    """An .apkg imported into a fresh collection with the import dialog's default options."""

    def __init__(self, apkg: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="anki-view-")
        self.collection = Collection(str(Path(self._folder.name) / "view.anki2"))
        options = ImportAnkiPackageOptions()
        self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(apkg.resolve()), options=options))
        self.cards = sorted(self.collection.find_cards(""))
        self.media = Path(self.collection.media.dir())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.collection.close()
        self._folder.cleanup()

    def sides(self, number: int) -> tuple[str, str, int]:
        """Question and answer of a card as the reviewer gets them, and which template it is of."""
        card = self.collection.get_card(self.cards[number])
        escape = self.collection.media.escape_media_filenames
        question, answer = (_SOUND.sub(_PLAY_BUTTON, escape(side)) for side in (card.question(), card.answer()))
        expected = _typed_field(card.question(), card.note())
        if expected:
            typed = expected[: len(expected) // 2] + expected[-1]  # someone who left out a part
            compared = self.collection.compare_answer(expected=expected, provided=typed)
            field = f'<input type=text id=typeans value="" style="{_EDITOR_FONT}">'
            question = _TYPE.sub(lambda _: f"<center>\n{field}\n</center>", question)
            answer = answer.replace("<hr id=answer>", "")
            answer = _TYPE.sub(lambda _: f'<hr id=answer><div style="{_EDITOR_FONT}">{compared}</div>', answer)
        return _TYPE.sub("", question), _TYPE.sub("", answer), card.ord


_TYPE = re.compile(r"\[\[type:(?:nc:)?(.+?)\]\]")
_SOUND = re.compile(r"\[anki:play:.:\d+\]")
_EDITOR_FONT = "font-family: 'Arial'; font-size: 20px;"
_PLAY_BUTTON = (
    '<a class="replay-button soundLink" href=#><svg class="playImage" viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="29"/><path d="M24 18 L24 46 L48 32 Z"/></svg></a>'
)


def _typed_field(question: str, note: Any) -> str:
    found = _TYPE.search(question)
    return str(note[found[1]]) if found else ""


# ----------------------------------------------------------------------------------------------------- the server


def _page(mode: Mode) -> str:
    """The reviewer's page with nothing shown yet."""
    return (
        f'<!doctype html><html class="{"night-mode" if mode.night else ""}" dir="ltr" '
        f'data-bs-theme="{"dark" if mode.night else "light"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/_anki/css/webview.css"><link rel="stylesheet" href="/_anki/css/reviewer.css">'
        f'</head><body class="{mode.body_class}"><script>window.bridgeCommand = window.pycmd = () => {{}};</script>'
        '<script src="/_anki/js/webview.js"></script><script src="/_anki/js/reviewer.js"></script>'
        '<div id="_mark" hidden></div><div id="_flag" hidden></div><div id="qa" dir="auto"></div></body></html>'
    )


@contextmanager
def serve(web: Path, media: Path) -> Iterator[str]:
    """Serve the reviewer's page for each mode, its files and the collection's media on loopback; give the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            path = urllib.parse.unquote(urllib.parse.urlparse(self.path).path).lstrip("/")
            if path in MODES:
                self._send(200, "text/html; charset=utf-8", _page(MODES[path]).encode())
                return
            file = web / path.removeprefix("_anki/") if path.startswith("_anki/") else media / path
            if path and file.is_file():
                self._send(200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())
            else:
                self._send(404, "text/plain", b"")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


# ---------------------------------------------------------------------------------------------------- the browser


class Browser:
    """One headless Chromium with one page, driven by DevTools messages over a pipe (JSON, each ended by a NUL)."""

    _FLAGS = (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-pipe",
    )  # fmt: skip

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="anki-view-", ignore_cleanup_errors=True)
        (its_in, self._out), (self._in, its_out) = os.pipe(), os.pipe()
        # Chromium reads from descriptor 3 and writes to 4: copied there from high ones, which cannot be 3 or 4 already.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (its_in, its_out)]
        streams = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        pipes = [(os.POSIX_SPAWN_DUP2, fd, place) for fd, place in zip(high, (3, 4), strict=True)]
        command = [chromium(), *self._FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = os.posix_spawn(command[0], command, os.environ, file_actions=[*streams, *pipes])
        for fd in (its_in, its_out, *high):
            os.close(fd)
        self._buffer = b""
        self._last = 0
        self._session = ""
        self.errors: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session = ""
        with suppress(OSError, TimeoutError):
            self.call("Browser.close", timeout=10)
            while True:  # until its end of the pipe closes
                self._receive(10)
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._out)
        os.close(self._in)
        self._profile.cleanup()

    def call(self, method: str, *, timeout: float = 60, **params: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive(timeout)
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            if answer.get("method") == "Runtime.exceptionThrown":
                details = answer["params"]["exceptionDetails"]
                self.errors.append(str(details.get("exception", {}).get("description") or details["text"]))

    def _receive(self, timeout: float) -> dict[str, Any]:
        end = time.monotonic() + timeout
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            received = os.read(self._in, 1 << 16)
            if not received:
                raise OSError("Chromium has ended")
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def open(self, url: str, mode: Mode) -> None:
        """Be the client of this mode and load a page."""
        self.call("Emulation.setDeviceMetricsOverride", width=mode.width, height=mode.height,
                  deviceScaleFactor=2 if mode.mobile else 1, mobile=mode.mobile)  # fmt: skip
        self.call("Emulation.setUserAgentOverride", userAgent=mode.agent)
        self.call("Page.navigate", url=url)
        self.run("""new Promise(done => { const look = () =>
            document.readyState === "complete" && globalThis._showAnswer ? done() : setTimeout(look, 10); look(); })""")

    def run(self, script: str) -> Any:
        """Evaluate an expression, wait for its promise, return its value."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "script failed"))
        return answer["result"].get("value")

    def picture(self, file: Path, mode: Mode) -> None:
        """Write the whole page as a PNG, at least one screen high."""
        height = self.run("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        clip = {"x": 0, "y": 0, "width": mode.width, "height": max(height, mode.height), "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.write_bytes(b64decode(shot["data"]))


# ----------------------------------------------------------------------------------------------------- the looking

_SETTLED = """new Promise(done => _queueAction(async () => {
    await Promise.all([...document.images].map(image => image.decode().catch(() => 0)));
    await document.fonts.ready;
    requestAnimationFrame(() => requestAnimationFrame(() => done()));
}))"""

_PROBE = r"""(() => {
  const qa = document.getElementById("qa"), root = document.documentElement;
  const all = selector => [...qa.querySelectorAll(selector)];
  all("details").forEach(details => details.open = true);

  const short = e => `<${[e.localName, ...e.classList].join(".")}> ${e.textContent.trim().slice(0, 24)}`.trim();
  const parse = colour => { const n = colour.match(/[\d.]+/g).map(Number); return [...n.slice(0, 3), n[3] ?? 1]; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = e => {
    const own = e ? parse(getComputedStyle(e).backgroundColor) : [255, 255, 255, 1];
    return own[3] === 1 ? own : over(own, ground(e.parentElement));
  };
  const contrast = (style, e) => {
    const under = ground(e), ink = over(parse(style.color), under);
    const [dark, bright] = [light(under), light(ink)].sort((x, y) => x - y);
    return (bright + .05) / (dark + .05);
  };

  const low = new Set(), clipped = [], unset = [];
  const judge = (style, e, part) => {
    const ratio = contrast(style, e);
    if (ratio < 4.5) low.add(`${ratio.toFixed(2)} ${short(e)} ${part}`.trim());
  };
  const scrollers = ".table, .code, pre, mjx-container, dialog";  // boxes that may hide a part of their width
  for (const e of all("*")) {
    if (e.closest("mjx-assistive-mml, style, script, svg") || !e.checkVisibility()) continue;
    const own = getComputedStyle(e);
    const text = [...e.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text.length || e.matches("mjx-c")) judge(own, e, "");
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(e, part);
      if (!["none", "normal", '""'].includes(style.content)) judge(style, e, part);
    }
    const hidden = e.scrollWidth - e.clientWidth;
    if (hidden > 1 && own.overflowX !== "visible" && !e.closest(scrollers)) clipped.push(`${hidden} px: ${short(e)}`);
    const source = text.some(node => /\\[\[(]/.test(node.data));
    if (source && !e.closest("code, pre")) unset.push(`not typeset: ${short(e)}`);
  }
  const boxes = all("img").map(image => image.getBoundingClientRect());
  return {
    overflow: root.scrollWidth - root.clientWidth,
    clipped,
    broken_images: all("img").filter(image => !image.naturalWidth).map(image => image.getAttribute("src")),
    math_errors: all("mjx-merror, mjx-assistive-mml mtext[mathcolor=red]").map(short).concat(unset),
    low_contrast: [...low],
    image: [Math.max(0, ...boxes.map(box => box.width)) / root.clientWidth,
            Math.max(0, ...boxes.map(box => box.height)) / innerHeight],
  };
})()"""


class Viewer:
    """Anki's reviewer with one package opened. Cards follow one another in one page, as they do in Anki."""

    def __init__(self, apkg: Path) -> None:
        with ExitStack() as stack:
            web = reviewer_assets()
            self.package = stack.enter_context(Package(apkg))
            self._address = stack.enter_context(serve(web, self.package.media))
            self.browser = stack.enter_context(Browser())
            self._mode = ""
            self._closing = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def show(self, card: int, side: str, mode: str) -> None:
        """Show one side of a card and wait until pictures, fonts and formulas stand."""
        if mode != self._mode:
            self.browser.open(f"{self._address}/{mode}", MODES[mode])
            self._mode = mode
        question, answer, template = self.package.sides(card)
        classes = f"card card{template + 1} {MODES[mode].body_class}".strip()
        shown = {"question": [question, answer, classes], "answer": [answer, classes]}[side]
        call = "_showQuestion" if side == "question" else "_showAnswer"
        self.browser.errors.clear()
        self.browser.run(f"{call}({', '.join(map(json.dumps, shown))})")
        self.browser.run(_SETTLED)

    def look(self) -> Look:
        """Judge what is shown now, with everything that is folded opened."""
        seen = self.browser.run(_PROBE)
        width, height = seen.pop("image")
        return Look(**seen, image=(round(width, 3), round(height, 3)), script_errors=list(self.browser.errors))


def check_package(
    apkg: Path,
    *,
    cards: Sequence[int] | None = None,
    modes: Sequence[str] = tuple(MODES),
    sides: Sequence[str] = SIDES,
    pictures: Path | None = None,
) -> list[Finding]:
    """Show cards of a package (by position; None: all) in each mode and return what is wrong with them.

    With `pictures`, each one is also written there as card<N>-<side>-<mode>.png.
    """
    findings: list[Finding] = []
    with Viewer(apkg) as viewer:
        for mode in modes:
            for card in range(len(viewer.package.cards)) if cards is None else cards:
                for side in sides:
                    viewer.show(card, side, mode)
                    if pictures:
                        viewer.browser.picture(pictures / f"card{card}-{side}-{mode}.png", MODES[mode])
                    findings += viewer.look().findings(card, side, mode)
    return findings


def main() -> int:
    """Write pictures, print findings as JSON lines, exit 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apkg", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cards", default="", help="positions, such as 0,3; default: all")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--sides", default=",".join(SIDES))
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    cards = [int(number) for number in wanted.cards.split(",")] if wanted.cards else None
    modes, sides = wanted.modes.split(","), wanted.sides.split(",")
    findings = check_package(wanted.apkg, cards=cards, modes=modes, sides=sides, pictures=wanted.out)
    for finding in findings:
        print(json.dumps(asdict(finding), ensure_ascii=False))  # noqa: T201
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
