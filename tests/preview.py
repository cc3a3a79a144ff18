"""A running `make-deck watch`, asked as a program asks it and looked at as a person does."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.anki_view import Browser
from tests.conftest import ROOT

PATIENCE_S = 20.0
"""How long an edit may take on a machine that is busy. `tests/bench/watch.py` measures how long it does."""

TWO = "# Book\n\n## 1. What is first?\n\nThe first answer, $a+b$.\n\n## 2. What is second?\n\n{}\n\n![p](p.png)\n"

KINDS = """\
# Kinds

### What is 1 < 2 & "so on"?

It is *true*, $a<b$.

- [x] not an option, a list of one

### Which of these sample faster?

- [x] DDIM
- [ ] BERT

DDIM skips steps.

### When was DDPM published? <!-- type -->

2020

It was in June.

### What does DDPM optimise? <!-- reversed -->

A bound.

### One sentence <!-- cloze -->

It came in {{c1::2020::year}} by {{c2::Ho, **Jain** and Abbeel}}, with $x + y$ and {{c2::more}}.
"""


def two_questions() -> dict[str, str | bytes]:
    """Two questions, the second with a long answer and a picture; a picture that nothing shows."""
    picture = (ROOT / "imgs" / "DiT核心思想.png").read_bytes()
    long = "\n\n".join(f"Paragraph {i} of the second answer." for i in range(60))
    settings = 'source = "notes"\noutputs = ["apkg"]\n'
    return {"deck.toml": settings, "notes/a.md": TWO.format(long), "p.png": picture, "unused.png": picture + b"x"}


@dataclass(frozen=True)
class Preview:
    """A running `make-deck watch`."""

    address: str
    port: int

    def get(
        self, path: str, *, method: str = "GET", host: str | None = None, body: bytes = b"", **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request, with the path sent as it stands."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def state(self) -> dict[str, Any]:
        """What the page sees."""
        return dict(json.loads(self.get("/state")[2]))

    def search(self, typed: str) -> dict[str, Any]:
        """What a search finds."""
        return dict(json.loads(self.get(f"/search?q={quote(typed)}")[2]))


@contextmanager
def watching(root: Path, *options: str) -> Iterator[Preview]:
    command = [sys.executable, "-u", "-m", "exporter", "watch", str(root), "--port", "0", *options]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert address, line
            process.stdout.readline()  # it has read the notes
            yield Preview(address[0], int(address[1]))
        finally:
            process.terminate()
            assert process.wait(20) is not None


class Tab(Browser):
    """A window of the preview."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: dict[str, str] = {}

    def go(self, url: str, width: int = 1280, height: int = 800) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.errors.clear()  # those of the page before
        self.call("Page.navigate", url="about:blank")  # else another #/place would be no new page
        self.call("Page.navigate", url=url)
        ready = (
            "document.documentElement.dataset.shown"
            if "#/" not in url or "#/card" in url
            else "document.body?.dataset.view"
        )
        self.until(ready)

    def until(self, script: str, patience: float = PATIENCE_S, *, frame: bool = False) -> float:
        """How many seconds it took until an expression held."""
        start = time.monotonic()
        while True:
            try:
                if (self.inside if frame else self.run)(f"Boolean({script})"):
                    return time.monotonic() - start
            except RuntimeError:
                pass  # the page is just being loaded
            assert time.monotonic() - start < patience, script
            time.sleep(0.01)

    def inside(self, script: str) -> Any:
        """Evaluate in the frame of the card that is seen; frames have a process of their own."""
        outer, side = self._session, self.run("document.querySelector('.side:not([hidden])').dataset.side")
        targets = [t["targetId"] for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "iframe"]
        try:
            for target in targets:
                self._session = outer
                if target not in self.frames:
                    self.frames[target] = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
                self._session = self.frames[target]
                if self.run("document.documentElement.dataset.side") == side:
                    return self.run(script)
        finally:
            self._session = outer
        raise RuntimeError("no frame yet")

    def press(self, key: str) -> None:
        self.run(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: {json.dumps(key)}, bubbles: true}}))"
        )
