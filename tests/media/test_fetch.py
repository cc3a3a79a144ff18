"""Images on the network: fetched only when asked for, within limits, once."""

from __future__ import annotations

import contextlib
import http.server
import io
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from exporter.media.fetch import fetch_images, is_public

LOCAL = (
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "224.0.0.1", "ff0e::1",
    "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:808:808::80ff:fffe",
)  # fmt: skip
"""Addresses that are not public, or lead to one that is not."""


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
    assert "not public" in str(fetch(f"http://localhost:{server[0].rpartition(':')[2]}/a.png", tmp_path, allowed=False))
    assert server[1] == []
    assert not any(map(is_public, LOCAL))
    assert all(map(is_public, ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")))


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"])
def test_a_server_that_sends_a_byte_now_and_then_is_left(begin: bytes, tmp_path: Path) -> None:
    ended = threading.Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(4096)
            connection.sendall(begin)
            while not ended.wait(0.05):
                connection.sendall(b"0")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=[listening], daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/a.png"
        start = time.monotonic()
        said = fetch_images([address], tmp_path, max_bytes=4000, timeout_s=0.5, is_allowed=lambda _: True)[address]
        took = time.monotonic() - start
        ended.set()
        thread.join()
    assert said == "takes too long"
    assert took < 5


def test_no_proxy_is_asked(server: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert isinstance(fetch(f"{server[0]}/a.png", tmp_path), Path)


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    assert "neither http nor https" in str(fetch("file:///etc/hostname", tmp_path))
