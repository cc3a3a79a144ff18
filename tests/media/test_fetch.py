"""Images on the network: fetched only when asked for, within limits, once."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from exporter.media.fetch import fetch_images, is_public


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that counts what it is asked for."""
    asked: list[str] = []
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "file:///etc/hostname")
                self.end_headers()
                return
            self.send_response(200 if self.path != "/no" else 404)
            self.end_headers()
            self.wfile.write(b"x" * 5000 if self.path == "/large" else picture.getvalue())

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def fetch(address: str, cache: Path, *, allowed: bool = True) -> Path | str:
    check = (lambda _: True) if allowed else None
    return fetch_images([address], cache, max_bytes=4000, timeout_s=5, is_allowed=check)[address]


def test_an_image_is_fetched_once(server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = server
    for _ in range(2):
        file = fetch(f"{address}/图 1.png", tmp_path)
        assert isinstance(file, Path)
        assert Image.open(file).size == (9, 9)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/no", "Not Found"), ("/large", "larger than"), ("/away", "is not allowed")],
)
def test_what_does_not_come_says_why(server: tuple[str, list[str]], tmp_path: Path, path: str, reason: str) -> None:
    said = fetch(server[0] + path, tmp_path)
    assert isinstance(said, str)
    assert reason in said
    assert list(tmp_path.iterdir()) == []


def test_hosts_that_are_not_public_are_refused(server: tuple[str, list[str]], tmp_path: Path) -> None:
    assert "not public" in str(fetch(f"{server[0]}/a.png", tmp_path, allowed=False))
    assert server[1] == []
    assert not any(
        is_public(host) for host in ("localhost", "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1")
    )


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    assert "neither http nor https" in str(fetch("file:///etc/hostname", tmp_path))
