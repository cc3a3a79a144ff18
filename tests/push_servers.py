"""Where tests push to: Anki's own sync server, and AnkiConnect's protocol over a real collection."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.backend import anki, collection

USER, PASSWORD = "me", "pw-7b1e"


@dataclass(frozen=True)
class SyncServer:
    """A running sync server of one user."""

    url: str

    @property
    def login(self) -> dict[str, str]:
        return {"MAKE_DECK_SYNC_USER": USER, "MAKE_DECK_SYNC_PASSWORD": PASSWORD}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_sync(folder: Path) -> Iterator[SyncServer]:
    """Anki's sync server on loopback, until the block ends; another one on the same folder goes on with its data."""
    port = free_port()
    settings = {"USER1": f"{USER}:{PASSWORD}", "BASE": str(folder), "HOST": "127.0.0.1", "PORT": str(port)}
    environment = {**os.environ, **{f"SYNC_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "anki.syncserver"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None, "the sync server did not start"
                time.sleep(0.05)
        yield SyncServer(f"http://127.0.0.1:{port}/")
    finally:
        process.kill()
        process.wait()


def sync(col: anki.Collection, server: SyncServer, *, upload: bool | None = None) -> None:
    """What a reader's Anki does: sync notes and media. `upload` says which side wins where one has to."""
    auth = col.sync_login(USER, PASSWORD, server.url)
    out = col.sync_collection(auth, sync_media=False)
    if out.required not in (out.NO_CHANGES, out.NORMAL_SYNC) or upload is not None:
        if upload is None:
            upload = out.required == out.FULL_UPLOAD
            assert out.required != out.FULL_SYNC or not col.card_count(), "a conflict"
        col.close_for_full_sync()
        col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
        col.reopen(after_full_sync=True)
    col.models._clear_cache()
    col.sync_media(auth)
    while col.media_sync_status().active:
        time.sleep(0.02)


@contextmanager
def reader(folder: Path, server: SyncServer) -> Iterator[anki.Collection]:
    """A reader's collection, synced when it opens and when it closes."""
    with collection(folder) as col:
        sync(col, server)
        yield col
        sync(col, server)


@dataclass
class Connect:
    """AnkiConnect as a running Anki has it: the same actions, over a real collection. `calls` are those that came."""

    col: anki.Collection
    key: str = ""
    profile: str = "User 1"
    version: int = 6
    blind: bool = False
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda action: None  # noqa: ARG005
    url: str = ""

    def answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        action, params = request["action"], request.get("params", {})
        self.calls.append(action)
        self.before(action)
        if self.key and request.get("key") != self.key:
            return {"result": None, "error": "valid api key must be provided"}
        method = getattr(self, f"do_{action}", None)
        if method is None:
            return {"result": None, "error": "unsupported action"}
        try:
            return {"result": method(**params), "error": None}
        except Exception as error:  # noqa: BLE001 - the add-on answers with any error's text
            return {"result": None, "error": str(error)}

    def do_version(self) -> int:
        return self.version

    def do_getActiveProfile(self) -> str:  # noqa: N802
        return self.profile

    def do_getMediaDirPath(self) -> str:  # noqa: N802
        return self.col.media.dir()

    def do_findNotes(self, query: str) -> list[int]:  # noqa: N802
        return list(self.col.find_notes(query))

    def do_findCards(self, query: str) -> list[int]:  # noqa: N802
        return list(self.col.find_cards(query))

    def do_notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:  # noqa: N802
        return [self._info(self.col.get_note(note)) for note in notes]

    def _info(self, note: Any) -> dict[str, Any]:
        fields = {name: {"value": value, "order": order} for order, (name, value) in enumerate(note.items())}
        model = note.note_type()["name"]
        return {
            "noteId": note.id, "profile": self.profile, "tags": note.tags, "fields": fields, "modelName": model,
            "mod": note.mod, "cards": [card.id for card in note.cards()],
        }  # fmt: skip

    def do_getDecks(self, cards: list[int]) -> dict[str, list[int]]:  # noqa: N802
        decks: dict[str, list[int]] = {}
        for card in cards:
            decks.setdefault(self.col.decks.name(self.col.get_card(card).did), []).append(card)
        return decks

    def do_deckNamesAndIds(self) -> dict[str, int]:  # noqa: N802
        return {entry.name: entry.id for entry in self.col.decks.all_names_and_ids()}

    def do_importPackage(self, path: str) -> bool:  # noqa: N802
        """The add-on calls `AnkiPackageImporter`, which stands for these options (anki/importing.py)."""
        if self.blind and not path.startswith(self.col.media.dir()):
            raise FileNotFoundError(path)
        options = anki.ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        self.col.import_anki_package(anki.ImportAnkiPackageRequest(package_path=path, options=options))
        self.col.models._clear_cache()
        return True

    def do_changeDeck(self, cards: list[int], deck: str) -> None:  # noqa: N802
        self.col.set_deck(cards, self.col.decks.id(deck))

    def do_addTags(self, notes: list[int], tags: str) -> None:  # noqa: N802
        self.col.tags.bulk_add(notes, tags)

    def do_deleteNotes(self, notes: list[int]) -> None:  # noqa: N802
        self.col.remove_notes(notes)

    def do_deleteDecks(self, decks: list[str], cardsToo: bool) -> None:  # noqa: FBT001, N802, N803
        assert cardsToo
        self.col.decks.remove([self.col.decks.id_for_name(deck) for deck in decks])

    def do_storeMediaFile(self, filename: str, data: str) -> str:  # noqa: N802
        return self.col.media.write_data(filename, base64.b64decode(data))

    def do_deleteMediaFile(self, filename: str) -> None:  # noqa: N802
        (Path(self.col.media.dir()) / filename).unlink()


@contextmanager
def serve_http(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    """A server on loopback that answers every POST so; the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the client was killed
                self.close_connection = True

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serve_connect(folder: Path, **settings: Any) -> Iterator[Connect]:
    """AnkiConnect over the collection in a folder."""
    with collection(folder) as col:
        connect = Connect(col, **settings)
        with serve_http(lambda body: (200, json.dumps(connect.answer(json.loads(body))).encode())) as url:
            connect.url = url
            yield connect


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SyncServer]:
    with serve_sync(tmp_path / "server") as running:
        yield running


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    with serve_connect(tmp_path / "anki") as running:
        yield running
