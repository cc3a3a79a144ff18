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

from exporter.config import LimitsConfig
from exporter.machinery.public_hosts import is_proxy, is_public
from exporter.media.download import Way
from exporter.media.fetch import fetch_images
from exporter.media.looks import Unfit

LOCAL = (
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "224.0.0.1", "ff0e::1",
    "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:808:808::80ff:fffe",
    "0.0.0.1", "100.64.0.1", "192.88.99.1", "240.0.0.1", "255.255.255.255", "::", "::8.8.8.8", "::ffff:0:127.0.0.1",
    "fec0::1", "5f00::1", "100::1", "2001:db8::1", "3fff::1", "2002:808:808::1", "2001:2::1", "fd00::1", "4000::1",
)  # fmt: skip
"""Addresses that are not public, or lead to one that is not."""
ANYWHERE = Way(is_allowed=lambda _: True)


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


def fetch(address: str, cache: Path, way: Way = ANYWHERE) -> Path | str:
    found = fetch_images([address], cache, LimitsConfig(fetch_bytes=4000, fetch_seconds=5), way)[address]
    return found.reason if isinstance(found, Unfit) else found


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
    assert "not public" in str(fetch(f"{server[0]}/a.png", tmp_path, Way()))
    assert server[1] == []
    assert "not public" in str(fetch(f"http://localhost:{server[0].rpartition(':')[2]}/a.png", tmp_path, Way()))
    assert server[1] == []
    assert not any(map(is_public, LOCAL))
    assert all(map(is_public, ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450::1")))


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
        said = fetch_images([address], tmp_path, LimitsConfig(fetch_seconds=1), ANYWHERE)[address]
        took = time.monotonic() - start
        ended.set()
        thread.join()
    assert said == Unfit("image-remote", "takes too long", "check the address")
    assert took < 5


def test_all_images_together_have_a_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = [f"http://127.0.0.1:{silent.getsockname()[1]}/{n}.png" for n in range(200)]
        start = time.monotonic()
        found = fetch_images(addresses, tmp_path, LimitsConfig(fetch_all_seconds=2), ANYWHERE, share=2)
        took = time.monotonic() - start
    assert took < 5
    assert found[addresses[0]] == Unfit("image-remote", "takes too long", "check the address")
    hint = "build again to go on, or raise the limit: --limit fetch_all_seconds=…"
    assert found[addresses[-1]] == Unfit("image-remote", "is not fetched: the others took too long", hint)


def test_all_images_together_have_a_size(server: tuple[str, list[str]], tmp_path: Path) -> None:
    addresses = [f"{server[0]}/{name}" for name in ("large?1", "large?2", "large?3", *map(str, range(50)))]
    found = fetch_images(addresses, tmp_path, LimitsConfig(fetch_all_bytes=500), ANYWHERE)
    assert isinstance(last := found[addresses[-1]], Unfit)
    assert "--limit fetch_all_bytes=…" in last.hint
    assert len(server[1]) < 20  # those that were under way


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that finds a picture behind each address, and counts what it is asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers['Proxy-Authorization']}")
            self.send_response(302 if "away" in self.path else 200)
            self.send_header("Location", "http://2130706433/secret.png")
            self.end_headers()
            self.wfile.write(b"picture")

        def do_CONNECT(self) -> None:
            asked.append(f"CONNECT {self.path}")
            self.send_error(403)

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://me:pass@127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def test_a_proxy_of_the_user_is_asked_for_public_names(proxy: tuple[str, list[str]], tmp_path: Path) -> None:
    way, asked = Way(proxy[0]), proxy[1]
    assert isinstance(fetch("http://pictures.example/a b.png", tmp_path, way), Path)
    assert asked == ["http://pictures.example/a%20b.png Basic bWU6cGFzcw=="]
    assert "403" in str(fetch("https://bücher.example/a.png", tmp_path, way))
    assert asked[1:] == ["CONNECT xn--bcher-kva.example:443"]
    assert fetch("http://pictures.example/away.png", tmp_path, way) == "is not fetched: its host is not public"
    assert len(asked) == 3


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f.1", "2130706433", "127.1.", "127%2e0.0.1", "１27。0。0。1", "[::1]", "[::ffff:7f00:1]", "localhost",
     "wiki", "printer.local", "db.corp.", "a@wiki.example", "8.8.8.8@10.0.0.1", "x.10.0.0.1", "a_b.example", ""],
)  # fmt: skip
def test_a_proxy_is_asked_for_nothing_in_its_own_network(
    host: str, proxy: tuple[str, list[str]], tmp_path: Path
) -> None:
    for scheme in ("http", "https"):
        assert "is not fetched" in str(fetch(f"{scheme}://{host}/a.png", tmp_path, Way(proxy[0])))
    assert proxy[1] == []


def test_a_proxy_has_a_plain_address() -> None:
    assert is_proxy("http://proxy.example.org:3128")
    assert is_proxy("http://me:p%40ss@[::1]:80/")
    assert not any(
        map(is_proxy, ("proxy:3128", "socks5://a", "http://a:99999", "http://a b", "http://a/x", "http://a\r\nb"))
    )


def test_no_proxy_is_asked(server: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert isinstance(fetch(f"{server[0]}/a.png", tmp_path), Path)


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    assert "neither http nor https" in str(fetch("file:///etc/hostname", tmp_path))
