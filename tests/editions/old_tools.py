"""Thirty cards as each tool's users write them, and the notes that the tool makes of them in Anki."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anki.collection import Collection, ExportAnkiPackageOptions
from anki.models import NotetypeDict
from anki.scheduler.v3 import CardAnswer

WORDS = {
    "mitosis": "One cell divides into two that carry the same chromosomes.",
    "osmosis": "Water passes through a membrane towards the side with more salt.",
    "entropy": "A measure of how many states a system can be in.",
    "inertia": "A body stays as it moves until a force acts on it.",
    "a catalyst": "It speeds a reaction up and is not used up by it.",
    "an isotope": "The same element with another number of neutrons.",
    "a photon": "The smallest packet of light.",
    "an enzyme": "A protein that makes a reaction in a cell possible.",
    "refraction": "Light bends where it enters another medium.",
    "an allele": "One of several forms of a gene.",
    "plasma": "A gas whose electrons have left their atoms.",
    "friction": "The force that brakes surfaces that rub.",
    "a vector": "A quantity with a direction.",
    "half-life": "The time in which half of the atoms decay.",
    "a solvent": "The liquid in which something dissolves.",
    "amplitude": "The greatest distance from rest in a wave.",
    "a genome": "All of the genes of an organism.",
    "torque": "What a force does at the end of a lever.",
    "a polymer": "A long molecule of units that repeat.",
    "xylem": "The tissue that carries water up a plant.",
    "convection": "Heat that moves along with a fluid.",
    "a neuron": "A cell that passes signals on.",
    "oxidation": "The loss of electrons.",
    "parallax": "A near thing seems to move before a far one.",
    "a quark": "What protons and neutrons are made of.",
    "a ribosome": "It builds proteins from amino acids.",
    "sublimation": "A solid becomes a gas without melting.",
    "tectonics": "How plates of the crust move.",
    "ultrasound": "Sound above what people hear.",
    "viscosity": "How hard it is to stir a fluid.",
}
CARDS = [(f"What is {word}?", answer) for word, answer in WORDS.items()]


def uuid(number: int) -> str:
    """The id of a block, or of a heading."""
    return f"64e4a1b2-0c3d-4e5f-8a9b-{number:012x}"


@dataclass(frozen=True)
class Tool:
    """The notes of a tool: `write` gives the files, from Anki's numbers of the notes; `fields` those of a note in Anki."""

    name: str
    notetype: str
    field_names: Sequence[str]
    fields: Callable[[int, str, str], Sequence[str]]
    write: Callable[[Sequence[int]], dict[str, str]]
    is_cloze: bool = False
    guid: Callable[[int], str] | None = None


def _numbered(ids: Sequence[int]) -> Iterator[tuple[int, str, str, int]]:
    return ((number, *card, note) for number, (card, note) in enumerate(zip(CARDS, ids, strict=True), 1))


def _html(_: int, question: str, answer: str) -> Sequence[str]:
    return (f"<p>{question}</p>", f"<p>{answer}</p>")


def _obsidian_to_anki(ids: Sequence[int]) -> dict[str, str]:
    blocks = [f"START\nBasic\n{q}\nBack: {a}\n<!--ID: {note}-->\nEND\n" for _, q, a, note in _numbered(ids)]
    lines = [f"STARTI [Basic] {q} Back: {a} <!--ID: {note}--> ENDI\n" for _, q, a, note in _numbered(ids)]
    return {
        "Physics.md": "# Physics\n\nTARGET DECK: Science\n\n" + "\n".join(blocks[:15]),
        "Chemistry.md": "# Chemistry\n\n" + "\n".join(lines[15:]),
    }


TOOLS = (
    Tool("Obsidian_to_Anki", "Basic", ("Front", "Back"), _html, _obsidian_to_anki),
    Tool(
        "flashcards-obsidian", "Obsidian-basic", ("Front", "Back", "Source"),
        lambda n, q, a: (*_html(n, q, a), '<a href="obsidian://open?vault=v&amp;file=Science">Science</a>'),
        lambda ids: {
            "Science.md": "---\ncards-deck: Science\n---\n\n# Science\n\n"
            + "\n".join(f"{q} #card\n{a}\n^{note}\n" for _, q, a, note in _numbered(ids))
        },
    ),
    Tool(
        "yanki", "Yanki - Basic", ("Front", "Back", "YankiNamespace"),
        lambda n, q, a: (*_html(n, q, a), "Yanki CLI"),
        lambda ids: {f"{n:02}.md": f"---\nnoteId: {note}\n---\n\n{q}\n\n---\n\n{a}\n" for n, q, a, note in _numbered(ids)},
    ),
    Tool(
        "inka", "Inka Basic", ("Front", "Back"), _html,
        lambda ids: {
            "Science.md": "# Science\n\nMy notes.\n\n---\n\nDeck: Science\n\nTags: science\n\n"
            + "\n".join(f"<!--ID:{note}-->\n{n}. {q}\n\n> {a}\n" for n, q, a, note in _numbered(ids))
            + "\n---\n"
        },
    ),
    Tool(
        "md2anki", "Md2Anki", ("Question", "Answer"), _html,
        lambda ids: {
            "Science.md": "# Science (1685550000000)\n\n"
            + "\n".join(f"## {q} ({uuid(n)})\n\n{a}\n" for n, q, a, _ in _numbered(ids))
        },
        guid=uuid,
    ),
    Tool(
        "logseq-anki-sync", "Logseq", ("uuid-type", "uuid", "Text", "Extra", "Breadcrumb"),
        lambda n, q, a: (f"{uuid(n)}-multiline_card", uuid(n), f"{q}<ul><li>{{{{c1::{a}}}}}</li></ul>", "", "Science"),
        lambda ids: {
            "pages/Science.md": "\n".join(f"- {q} #card\n  id:: {uuid(n)}\n\t- {a}" for n, q, a, _ in _numbered(ids)) + "\n"
        },
        is_cloze=True,
    ),
    Tool(
        "by hand", "Basic", ("Front", "Back"), lambda _n, q, a: (q, a),
        lambda ids: {"Science.md": "# Science\n\n" + "\n".join(f"## {n}. {q}\n\n{a}\n" for n, q, a, _ in _numbered(ids))},
    ),
)  # fmt: skip


def fill(col: Collection, tool: Tool) -> list[int]:
    """The notes as the tool makes them, learnt for some days in Anki; their numbers."""
    notetype = _notetype(col, tool)
    deck = col.decks.id("Science")
    numbers = []
    for number, (question, answer) in enumerate(CARDS, 1):
        note = col.new_note(notetype)
        note.fields = list(tool.fields(number, question, answer))
        note.guid = tool.guid(number) if tool.guid else note.guid
        col.add_note(note, deck)
        numbers.append(note.id)
    for place, card in enumerate(sorted(col.find_cards("deck:Science"))):
        _answer(col, card, 4)
        for _ in range(place % 3):
            col.sched.set_due_date([card], "0")
            _answer(col, card, 2 + place % 3)
    col.db.execute("UPDATE notes SET mod = 1700000000")  # they were made long ago
    return numbers


def _notetype(col: Collection, tool: Tool) -> NotetypeDict:
    if known := col.models.by_name(tool.notetype):
        return known
    notetype = col.models.copy(col.models.by_name("Cloze" if tool.is_cloze else "Basic"), add=False)
    notetype["name"] = tool.notetype
    notetype["flds"] = [col.models.new_field(name) for name in tool.field_names]
    template = notetype["tmpls"][0]
    place = "{{cloze:Text}}" if tool.is_cloze else f"{{{{{tool.field_names[0]}}}}}"
    template["qfmt"], template["afmt"] = place, place if tool.is_cloze else f"{place} {{{{{tool.field_names[1]}}}}}"
    col.models.add(notetype)
    return col.models.by_name(tool.notetype)


def _answer(col: Collection, card: int, ease: int) -> None:
    states = col._backend.get_scheduling_states(card)
    states_by_ease = (states.again, states.hard, states.good, states.easy)
    rating = (CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY)[ease - 1]
    col.sched.answer_card(
        CardAnswer(
            card_id=card, current_state=states.current, new_state=states_by_ease[ease - 1], rating=rating,
            answered_at_millis=int(time.time() * 1000), milliseconds_taken=1500,
        )
    )  # fmt: skip


def export(col: Collection, folder: Path, form: str) -> Path:
    """What Anki exports: `apkg`, `old apkg`, `colpkg`, `old colpkg`, or `txt`."""
    file = folder / f"export.{form.rsplit(maxsplit=1)[-1]}"
    is_old = form.startswith("old")
    if form.endswith("apkg"):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=is_old)
        col.export_anki_package(out_path=str(file), options=options, limit=None)
    elif form.endswith("colpkg"):
        col.export_collection_package(str(file), include_media=True, legacy=is_old)
        col.reopen()
    else:
        col.export_note_csv(
            out_path=str(file),
            limit=None,
            with_html=True,
            with_tags=True,
            with_deck=True,
            with_notetype=True,
            with_guid=True,
        )
    return file


def histories(col: Collection) -> dict[str, list[tuple[object, ...]]]:
    """What is known of the cards of each note, by its question's word: all that a reader has learnt."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for number in col.find_cards(""):
        card = col.get_card(number)
        text = " ".join(col.get_note(card.nid).fields)
        word = next(word for word in WORDS if f"What is {word}?" in text)
        log = col.db.all("SELECT id, ease, ivl, lastIvl, factor, type FROM revlog WHERE cid = ? ORDER BY id", number)
        state = (card.ord, card.type, card.queue, card.ivl, card.due, card.factor, card.reps, card.lapses)
        found.setdefault(word, []).append((*state, tuple(map(tuple, log))))
    return found


def hashcards_notes() -> str:
    """Questions, and clozes with one gap or two, as hashcards reads them."""
    asked = "".join(f"Q: {question}\nA: {answer}\n\n" for question, answer in CARDS[:20])
    gaps = "".join(
        f"C: [{answer.split()[0]}] begins what [{word}] is.\n---\n" for word, answer in list(WORDS.items())[20:]
    )
    return asked + gaps
