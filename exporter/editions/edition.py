"""An edition: what goes out to readers, and the lock that the next one starts from.

In: a book, the settings, the lock of the last edition. Out: an `Edition` with its notes, dated, its tombstones and the
new lock; diagnostics for what only the author can tell and for what Anki would break. Writes nothing.

Decks: a card's deck is where its question stands now. Anki finds decks by name and never moves a card on import, so a
question that moved, or a deck that was renamed, stays where it was for readers who have it, and stands in the new deck
for everybody else (measured: `../shared/facts/anki.md`). Freezing the old names would not move a card either, and
would put new questions into decks that the author has given up. So names follow the notes, `make-deck plan` says which
decks changed, and a reader who renames the deck in Anki before the import has all in one place. A push moves cards for
real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from exporter.cards import plan_notes
from exporter.cards.chapter_fields import most_characters
from exporter.cards.notetypes import DEFAULT_THEME, card_environment, load_notetype, theme_names
from exporter.config import Config, place_of
from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.editions.changes import Changes, Reread, compare, find_retyped
from exporter.editions.identity import (
    LIKELY,
    Crossing,
    Lock,
    Matching,
    Offer,
    Parts,
    Sister,
    check_ids,
    check_notes,
    cross,
    date_notes,
    date_notetypes,
    deck_identity,
    find_offers,
    find_parts,
    match_cards,
    read_lock,
)
from exporter.editions.identity.lock import LATEST
from exporter.editions.published import Published, find_published
from exporter.editions.tombstones import plan_tombstones, recently_removed
from exporter.machinery.cache import Cache
from exporter.markup.html.nesting import MAX_DEPTH, reaches_cap
from exporter.model import Book, NotePlan
from exporter.reading.held_reading import HELD
from exporter.reading.unsure_files import learned_rules
from exporter.source import Span

_NO_CACHE = Cache(None)
_NOTHING_OUT = Published()


@dataclass(frozen=True, slots=True)
class Edition:
    """The plan of an edition: dated notes, the lock that keeps them, and how both came from the last edition's lock."""

    plan: NotePlan
    lock: Lock
    before: Lock
    crossing: Crossing
    offers: tuple[Offer, ...]
    held: tuple[Reread, ...] = ()

    @property
    def matching(self) -> Matching:
        """Which note each card is."""
        return self.crossing.matching

    @property
    def gone(self) -> Mapping[str, str]:
        """The questions that stand in no deck of these notes any longer, by guid."""
        return {e.guid: e.question for e in self.lock.notes if e.removed and e.guid not in self.crossing.went}

    @property
    def changes(self) -> Changes:
        """What the edition changes."""
        found = compare(self.before, self.lock, self.crossing, self.offers, tombstones=len(self.plan.tombstones))
        return replace(found, held=self.held)


def plan_edition(  # noqa: PLR0913 - as many things make an edition
    book: Book,
    config: Config,
    lock_file: Path,
    time_now: int,
    cache: Cache = _NO_CACHE,
    *,
    sisters: Sequence[Sister] = (),
    release: bool = False,
) -> Outcome[Edition]:
    """Notes with guids and `mod`, against the lock of the last edition. `time_now` is in seconds since 1970.

    `sisters` are the other decks of the same notes; `release` says that this edition goes out.
    """
    read = read_lock(lock_file, lock_file.name)
    published = find_published(lock_file, cache)
    planned = plan_after(
        read.value, book, config, time_now, cache, published=published, sisters=sisters, release=release
    )
    return Outcome(planned.value, (*read.diagnostics, *planned.diagnostics))


def plan_after(  # noqa: PLR0913 - as many things make an edition
    before: Lock,
    book: Book,
    config: Config,
    time_now: int,
    cache: Cache = _NO_CACHE,
    *,
    published: Published = _NOTHING_OUT,
    sisters: Sequence[Sister] = (),
    release: bool = False,
) -> Outcome[Edition]:
    """The same where the last edition's lock is at hand. `published` is what readers may have, where the lock says less."""
    before = published.carry(before)
    time_now = min(max(time_now, before.released_at + 1), LATEST)  # what a draft changes is later than what is out
    identity = deck_identity(book.chapters, before, config.name)
    matching = match_cards(book.chapters, before, identity, within=config.part)
    whole = () if config.part else sisters
    named = replace(before, identity=identity)
    crossing = cross(matching, book.chapters, named, whole, tombstones=config.anki.tombstones)
    matching, staying = crossing.matching, replace(crossing.matching, vanished=crossing.vanished)
    parts = Parts() if config.part else find_parts(staying)
    offers = () if config.part else parts.settle(find_offers(staying, before, config.anki.tombstones))
    plan = plan_notes(book, matching.guids, config, cache)
    fields = {notetype.key: notetype.field_names for notetype in plan.notetypes}
    mods = {**published.mods, **crossing.mods} if crossing.mods else published.mods
    dated = date_notes(plan.notes, fields, matching, before, now=time_now, published=mods)
    types, lock = date_notetypes(plan.notetypes, dated.lock, edition=before.draft, now=time_now)
    lock = parts.write(replace(lock, identity=identity))
    plan = replace(plan, notes=dated.notes, notetypes=types)
    if not config.part:
        plan, lock = _with_tombstones(plan, lock, crossing, book, config, time_now=time_now)
        if release and (lock.edition > before.released or not before.released):
            lock = replace(lock, released=max(lock.edition, 1), released_at=max(time_now, lock.mod))
        plan = replace(plan, description=_describe(lock, config))
    learned = learned_rules((*book.chapters, *book.others))
    lock = replace(lock, rules={**before.rules, **learned} if config.part else learned)
    clozes = {notetype.key for notetype in plan.notetypes if notetype.is_cloze}
    themes = _check_theme(config, before)
    found = (
        *themes,
        *check_ids(book.chapters),
        *check_notes(plan.notes, clozes),
        *_deep(plan),
        *_expansion(plan, book),
        *_warn_of(offers),
        *_anew(staying),
        *_split(staying, parts),
    )
    return Outcome(Edition(plan, lock, before, crossing, offers, tuple(_held(book))), found)


def _held(book: Book) -> Iterator[Reread]:
    """The files that are read as for the last edition, though make-deck would choose otherwise."""
    for chapter in (*book.chapters, *book.others):
        if chapter.decision.decided_by == HELD:
            before, after = chapter.decision.alternatives[:2]
            yield Reread(chapter.source.path, before.rule, after.rule)


def _check_theme(config: Config, before: Lock) -> Iterator[Diagnostic]:
    """A card theme that is not there, or not the one that readers have: their notes could never be updated again."""
    theme = config.anki.theme
    place = place_of(config.file, "theme", "anki") if config.file else None
    names = theme_names(card_environment(config.own_templates))
    if theme not in names:
        hint = " ".join(filter(None, (suggest(theme, names), f"There are: {', '.join(names)}")))
        yield report("theme-unknown", place, f'no theme "{theme}" for cards', hint)
        return
    published = {before.notetypes[key].theme or DEFAULT_THEME for key in before.notetypes}
    if published and published != {theme}:
        was = ", ".join(sorted(published))
        message = f'the cards of this deck have the theme "{was}", and Anki cannot give their notes another'
        hint = f'set theme = "{was}" again; a deck that nobody has yet may be built anew without its lock'
        yield report("theme-changed", place, message, hint)


def _with_tombstones(  # noqa: PLR0913 - as many things make them
    plan: NotePlan, lock: Lock, crossing: Crossing, book: Book, config: Config, *, time_now: int
) -> tuple[NotePlan, Lock]:
    """The plan with the notes that were removed lately, and the note types that only they need.

    Nobody is told that a note is gone which another deck has now: who has both would lose its text.
    """
    lately = recently_removed(lock, lock.edition, config.anki.tombstones)
    removed = [entry for entry in lately if entry.guid not in crossing.went]
    environment = card_environment(config.own_templates)
    kinds = sorted({entry.kind for entry in removed} - {notetype.key for notetype in plan.notetypes})
    more = [load_notetype(kind, environment, config.anki.theme) for kind in kinds]
    types, lock = date_notetypes(more, lock, edition=lock.edition, now=time_now)
    known = {notetype.key: notetype for notetype in (*plan.notetypes, *types)}
    tombstones = tuple(plan_tombstones(removed, known, deck=plan.deck, lang=book.lang, tags=config.anki.tags))
    return replace(plan, notetypes=tuple(known[key] for key in sorted(known)), tombstones=tombstones), lock


def _describe(lock: Lock, config: Config) -> str:
    """What Anki shows under the deck's name: which edition this is, and where the next one will be."""
    day = datetime.fromtimestamp(lock.released_at, UTC).date().isoformat()
    is_out = lock.released and lock.edition == lock.released
    edition = f"Edition {lock.released}, {day}" if is_out else f"Draft of edition {lock.draft}" if lock.released else ""
    return " · ".join(filter(None, (edition, config.author, config.url)))


def _deep(plan: NotePlan) -> Iterator[Diagnostic]:
    """Notes that lost tags because they stand too deep in each other."""
    for note in plan.notes:
        if any(map(reaches_cap, filter(None, note.fields))):
            message = (
                f"elements stand more than {MAX_DEPTH} deep in each other; the deepest are left out, but for their text"
            )
            yield report("nesting-too-deep", note.span, message, "write them less deep")


def _expansion(plan: NotePlan, book: Book) -> Iterator[Diagnostic]:
    """Files that become far more on cards than they are."""
    made: Counter[str] = Counter()
    for note in plan.notes:
        made[note.span.path] += sum(map(len, (*note.fields, *note.tags, note.deck)))
    for chapter in book.chapters:
        if made[chapter.source.path] > (most := most_characters(chapter)):
            message = f"its cards would have more than {most:,} characters, twenty times what it has"
            hint = "a long title, footnote or macro is written on each of them: shorten it"
            yield report("expansion-too-large", Span(chapter.source.path), message, hint)


def _anew(matching: Matching) -> Iterator[Diagnostic]:
    """A warning for each question that is a card of another type now."""
    for link, before in find_retyped(matching):
        card = link.placed.card
        message = (
            f'"{card.text}" becomes a card of another type ({before.kind} → {card.kind}), so its history begins anew'
        )
        yield report("history-anew", card.span, message, "Anki cannot change the type of a note that readers have")


def _split(matching: Matching, parts: Parts) -> Iterator[Diagnostic]:
    """A warning for each question that was split from one that keeps what readers learnt."""
    whole = {link.guid: link.placed.card for link in matching.links if link.guid in set(parts.split.values())}
    for link in matching.links:
        if card := whole.get(parts.split.get(link.guid, "")):
            message = (
                f'"{link.placed.card.text}" is split from "{card.text}", which keeps its history; here it begins anew'
            )
            hint = "readers learn this part as a new card; where both parts are one question, leave them together"
            yield report("history-anew", link.placed.card.span, message, hint)


def _warn_of(offers: Iterable[Offer]) -> Iterator[Diagnostic]:
    """A warning for each question that goes with this edition and has a likely heir, which no likelier pair claims."""
    pairs = [(c, offer.entry) for offer in offers for c in offer.candidates if c.score >= LIKELY]
    taken: set[str] = set()
    for best, entry in sorted(pairs, key=lambda pair: -pair[0].rank):
        if entry.guid in taken or best.link.guid in taken:
            continue
        taken |= {entry.guid, best.link.guid}
        if not entry.removed:
            card = best.link.placed.card
            message = f'"{card.text}" may be "{entry.question}" reworded; as it is, it is new, and the other is removed'
            hint = f'"make-deck plan --accept {best.id}" keeps its history, "--refuse {best.id}" makes it new'
            yield report("question-ambiguous", card.span, message, hint)
