"""A self-hosted Anki sync server as a target, through the `anki` package: a client like any other.

The edition is applied to a private copy of the collection, kept below the deck's caches so that only what is new is
fetched, and is then synced. Nothing that the server holds is ever overwritten as a whole: a full download replaces the
copy, a full upload does not exist here (an empty server's collection is downloaded too), and where Anki would ask for
one, the push stops.

The copy is trusted only while the file `clean` lies beside it: from the first change to the end of the sync it does
not, so that what a killed push left behind is thrown away and never synced. Measured: shared facts, "Live push".
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from exporter.machinery.whole_files import write_plain
from exporter.push.address import Address, folder_name, read_address
from exporter.push.delivery import Held, digest
from exporter.push.last_push import alone, private
from exporter.push.target import Credentials, Step, Stopped, Target

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.dbproxy import DBProxy
    from anki.sync import SyncAuth, SyncOutput

_CLEAN = "clean"
_ISOLATES = re.compile("[\u2066-\u2069]")
_MEDIA_POLL_SECONDS = 0.05
_DEFAULT_DECK = 1


@contextmanager
def open_server(address: Address, credentials: Credentials, base: Path, step: Step) -> Iterator[Target]:
    """Log in, and pull the collection. Raises `Stopped`, also for what fails while it is open."""
    with _translated(address):
        from anki.collection import Collection

        folder = private(base / folder_name("sync", address.url, credentials.user))
        with alone(folder) as mine:
            if not mine:
                raise Stopped("push-refused", "another push to this server is at work", "wait until it has ended")
            if not (folder / _CLEAN).exists():
                _forget(folder)
            _mend_media(folder)
            col = Collection(str(folder / "collection.anki2"))
            try:
                auth = col.sync_login(credentials.user, credentials.password, address.url)
                name = f"the collection of {credentials.user} on {address}"
                server = _Server(col, auth, name, folder, step)
                server.pull()
                yield server
            finally:
                col.close()


class _Server:
    """The private copy, and the server it belongs to."""

    def __init__(self, col: Collection, auth: SyncAuth, name: str, folder: Path, step: Step) -> None:
        self._col, self._auth, self._step = col, auth, step
        self.name, self.folder = name, folder

    def pull(self) -> None:
        """Bring the copy to the server's state; a new one, or one that has parted from it, by a full download."""
        self._step("pulling the collection", 0, 0)
        fresh = not (self.folder / _CLEAN).exists()
        out = self._sync()
        if fresh or out.required not in (out.NO_CHANGES, out.NORMAL_SYNC):
            (self.folder / _CLEAN).unlink(missing_ok=True)
            self._col.close_for_full_sync()
            self._col.full_upload_or_download(auth=self._auth, server_usn=None, upload=False)
            self._col.reopen(after_full_sync=True)
        (self.folder / _CLEAN).touch()

    def read(self, guids: Iterable[str]) -> Mapping[str, Held]:
        """The notes by guid, with the home decks of cards that sit in a filtered deck."""
        wanted, db = set(guids), self._db
        names = {entry.id: entry.name for entry in self._col.decks.all_names_and_ids()}
        notes = {row[0]: row for row in db.all("select id, guid, mod, tags, flds from notes") if row[1] in wanted}
        decks: dict[int, dict[int, str]] = {note: {} for note in notes}
        for card, note, deck, home in db.all("select id, nid, did, odid from cards"):
            if note in decks:
                decks[note][card] = names.get(home or deck, "")
        return {
            guid: Held(note, mod, tuple(tags.split()), decks[note], digest((fields,)))
            for note, guid, mod, tags, fields in notes.values()
        }

    def begin(self) -> None:
        """Trust the copy no longer, until `finish`."""
        (self.folder / _CLEAN).unlink(missing_ok=True)

    def add(self, package: bytes) -> None:
        """Import with the defaults of Anki's dialog. A change of the collection's structure is a conflict."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        file = self.folder / "edition.apkg"
        write_plain(file, package)
        try:
            request = ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions())
            self._col.import_anki_package(request)
        finally:
            file.unlink(missing_ok=True)
        if self._col.schema_changed():
            raise self._conflict("the note types there differ from the edition's in their fields or templates")

    def move(self, cards: Sequence[int], deck: str) -> None:
        """Move cards, out of a filtered deck too."""
        did = self._col.decks.id(deck)
        if did is not None:
            self._col.set_deck(cards, did)  # type: ignore[arg-type]

    def remove(self, notes: Sequence[int]) -> None:
        """Delete notes; the sync deletes them everywhere."""
        self._col.remove_notes(notes)  # type: ignore[arg-type]

    def tidy(self, decks: Iterable[str]) -> None:
        """Delete empty decks, the deepest first, so that a tree that has emptied goes as a whole."""
        for name in sorted(decks, key=lambda name: -name.count("::")):
            did = self._col.decks.id_for_name(name)
            if did is None or did == _DEFAULT_DECK or self._col.decks.children(did):
                continue
            if not self._db.scalar("select 1 from cards where did = ? or odid = ? limit 1", did, did):
                self._col.decks.remove([did])

    def finish(self) -> None:
        """Sync the notes, then the media, and wait for both."""
        self._step("syncing the notes", 0, 0)
        out = self._sync()
        if out.required not in (out.NO_CHANGES, out.NORMAL_SYNC):
            raise self._conflict("the collection there was replaced while this push was at work")
        self._step("syncing images", 0, 0)
        self._col.sync_media(self._auth)
        while (status := self._col.media_sync_status()).active:
            self._step(f"syncing images {_ISOLATES.sub('', status.progress.added)}".strip(), 0, 0)
            time.sleep(_MEDIA_POLL_SECONDS)
        (self.folder / _CLEAN).touch()

    def _sync(self) -> SyncOutput:
        out = self._col.sync_collection(self._auth, sync_media=False)
        if out.new_endpoint:
            self._auth.endpoint = read_address(out.new_endpoint).url
        return out

    def _conflict(self, why: str) -> Stopped:
        hint = (
            "nothing was sent, and nothing there has changed. Run the push again; if it still stops here, import the"
            ' .apkg of make-deck build in Anki itself, sync, choose "Upload to server" there, and push again'
        )
        return Stopped("push-conflict", f"{why}, and syncing this would overwrite the whole collection", hint)

    @property
    def _db(self) -> DBProxy:
        assert self._col.db is not None
        return self._col.db


@contextmanager
def _translated(address: Address) -> Iterator[None]:
    """Turn what the anki package raises into `Stopped`, in the words of someone who only called make-deck."""
    try:
        from anki import errors
    except ImportError as error:
        hint = "pip install '.[push]' in the folder of make-deck"
        raise Stopped("push-unavailable", "pushing to a sync server needs the anki package", hint) from error
    try:
        yield
    except errors.NetworkError as error:
        hint = "check the address and that the server runs; what a push has not ended, the next one does again"
        raise Stopped("push-unavailable", f"no sync server answers at {address}", hint) from error
    except errors.SyncError as error:
        if error.kind is errors.SyncErrorKind.AUTH:
            hint = "check MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD; nothing was changed"
            raise Stopped("push-refused", f"{address} refuses the user or the password", hint) from error
        raise Stopped("push-refused", f"{address} broke off the sync: {_plain(error)}", "run the push again") from error
    except errors.AnkiException as error:
        raise Stopped("push-refused", f"Anki says: {_plain(error)}", "run the push again") from error


def _plain(error: Exception) -> str:
    return " ".join(_ISOLATES.sub("", str(error)).split()) or type(error).__name__


def _forget(folder: Path) -> None:
    """Delete a copy that is not to be trusted; the record beside it stays."""
    for file in folder.glob("collection.*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def _mend_media(folder: Path) -> None:
    """Let Anki fetch all media anew where files are gone (a cleaned cache): it would delete them for readers too."""
    database = folder / "collection.media.db2"
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database)) as connection:
            names = [name for (name,) in connection.execute("select fname from media where csum is not null")]
        whole = all((folder / "collection.media" / name).exists() for name in names)
    except sqlite3.Error:
        whole = False
    if not whole:
        for file in folder.glob("collection.media.db2*"):
            file.unlink()
