"""A running Anki as a target, through the AnkiConnect add-on.

AnkiConnect shows no guid, so a note is found by its field `Key`, which holds it. Any Anki of this machine answers on
the port: the profile and its media folder are read first, shown, and looked at again before every change.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from exporter.machinery.whole_files import write_plain
from exporter.push.address import folder_name
from exporter.push.ankiconnect_protocol import Connection, Refused
from exporter.push.delivery import Held, digest
from exporter.push.last_push import alone, private
from exporter.push.target import Step, Stopped, Target

_BATCH = 500
_UNREADABLE = re.compile(r"[\ud800-\udfff]")
_UPLOAD = "_make-deck-edition.apkg"


@contextmanager
def open_connect(connection: Connection, base: Path, step: Step) -> Iterator[Target]:
    """See who answers. Raises `Stopped`, also for what fails while it is open."""
    step("asking Anki", 0, 0)
    connection.check()
    profile, media = _who(connection)
    folder = private(base / folder_name("connect", connection.address.url, profile, media))
    with alone(folder) as mine:
        if not mine:
            raise Stopped("push-refused", "another push to this Anki is at work", "wait until it has ended")
        yield _Anki(connection, profile, media, folder, step)


def _who(connection: Connection) -> tuple[str, str]:
    """The open profile and its media folder."""
    profile = connection.call("getActiveProfile")
    if not profile:
        raise Stopped("push-refused", "Anki has no profile open", "choose one in Anki, and run the push again")
    media = connection.call("getMediaDirPath")
    if not (_is_text(profile) and _is_text(media)):
        raise connection.stranger()
    return profile, media


class _Anki:
    """The profile that is open in a running Anki."""

    def __init__(self, connection: Connection, profile: str, media: str, folder: Path, step: Step) -> None:
        self._connection, self._profile, self._media, self._step = connection, profile, media, step
        self.name = f'profile "{profile}" of the Anki at {connection.address} ({media})'
        self.folder = folder

    def read(self, guids: Iterable[str]) -> Mapping[str, Held]:
        """The notes by their field `Key`. Of a note and copies that a reader made of it, the oldest is ours."""
        with self._understood():
            return self._read(set(guids))

    def _read(self, wanted: Collection[str]) -> Mapping[str, Held]:
        found: dict[str, dict[str, Any]] = {}
        ids = sorted(self._list("findNotes", query="Key:_*"))
        for start in range(0, len(ids), _BATCH):
            self._step("reading Anki's notes", start, len(ids))
            for info in self._list("notesInfo", notes=ids[start : start + _BATCH]):
                guid = _key(info)
                if guid in wanted:
                    found.setdefault(guid, info)
        decks = self._decks([card for info in found.values() for card in info["cards"]])
        return {guid: _held(info, decks) for guid, info in found.items()}

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """What has not the shape of AnkiConnect's answers is another's."""
        try:
            yield
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise self._connection.stranger() from error

    def begin(self) -> None:
        """See that the profile is still the one that was shown."""
        self._same_profile()

    def add(self, package: bytes) -> None:
        """Import a package: by its path where Anki sees this disk, else through its media folder and out again."""
        file = self.folder / "edition.apkg"
        if self._connection.address.loopback:
            try:
                write_plain(file, package)
                self._change("importPackage", path=str(file.resolve()))
            except Refused:  # a sandboxed Anki does not see the file
                pass
            else:
                return
            finally:
                file.unlink(missing_ok=True)
        self._change("storeMediaFile", filename=_UPLOAD, data=base64.b64encode(package).decode())
        try:
            self._change("importPackage", path=f"{self._media.rstrip('/')}/{_UPLOAD}")
        finally:
            self._change("deleteMediaFile", filename=_UPLOAD)

    def move(self, cards: Sequence[int], deck: str) -> None:
        """Move cards; AnkiConnect makes the deck."""
        for start in range(0, len(cards), _BATCH):
            self._change("changeDeck", cards=list(cards[start : start + _BATCH]), deck=deck)

    def remove(self, notes: Sequence[int]) -> None:
        """Delete notes."""
        for start in range(0, len(notes), _BATCH):
            self._change("deleteNotes", notes=list(notes[start : start + _BATCH]))

    def tidy(self, decks: Iterable[str]) -> None:
        """Delete empty decks, the deepest first. An Anki that will not is left as it is: an empty deck hurts nobody."""
        with suppress(Refused), self._understood():
            ids = dict(self._connection.call("deckNamesAndIds"))
            for name in sorted(decks, key=lambda name: -name.count("::")):
                below = any(other.startswith(f"{name}::") for other in ids)
                # by its id: a search by name takes "current" and "filtered" for something else, and misses wide spaces
                if (
                    name in ids
                    and not below
                    and self._connection.call("findCards", query=f"did:{int(ids[name])}") == []
                ):
                    self._change("deleteDecks", decks=[name], cardsToo=True)
                    del ids[name]

    def finish(self) -> None:
        """Nothing is left to do: every action was already final."""

    def _decks(self, cards: Sequence[int]) -> dict[int, str]:
        names: dict[int, str] = {}
        for start in range(0, len(cards), _BATCH):
            batch = list(cards[start : start + _BATCH])
            for deck, ids in self._connection.call("getDecks", cards=batch).items():
                names.update(dict.fromkeys(ids, deck))
        return names

    def _list(self, action: str, **params: object) -> list[Any]:
        return list(self._connection.call(action, **params) or ())

    def _change(self, action: str, **params: object) -> None:
        self._same_profile()
        self._connection.call(action, **params)

    def _same_profile(self) -> None:
        """A profile can be changed at any time, and note ids mean something else in another one."""
        now = _who(self._connection)
        if now != (self._profile, self._media):
            hint = f'open "{self._profile}" again and run the push again'
            raise Stopped("push-refused", f'Anki now has the profile "{now[0]}" open', hint)


def _held(info: Mapping[str, Any], decks: Mapping[int, str]) -> Held:
    """A note from AnkiConnect's table of it. Old versions of the add-on do not tell `mod`."""
    values = (str(field["value"]) for field in info["fields"].values())
    cards = {card: decks.get(card, "") for card in info["cards"]}
    tags, number, mod = info["tags"], info["noteId"], info.get("mod") or 0
    if not (isinstance(tags, list) and all(map(_is_text, tags)) and all(map(_is_number, (number, mod, *cards)))):
        raise ValueError
    return Held(number, mod, tuple(tags), cards, digest(values))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not _UNREADABLE.search(value)


def _is_number(value: object) -> bool:
    """Whether a value is an id or a time of Anki's."""
    return type(value) is int and 0 <= value < 1 << 63


def _key(info: Mapping[str, Any]) -> str:
    """The guid that a note of ours holds. Another's note type with a field of that name has no field `Breadcrumb`."""
    fields = info.get("fields", {})
    return html.unescape(str(fields["Key"]["value"])) if {"Key", "Breadcrumb"} <= set(fields) else ""
