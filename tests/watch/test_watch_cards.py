"""Cards in the preview, compared with what the real backend makes of the same notes and templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporter.machinery.html_text import Html
from exporter.watch.anki_templates import Scene, TemplateError, render_template
from exporter.watch.chapters_in_memory import Library
from exporter.watch.cloze import fill_gaps, gap_numbers
from exporter.watch.faces import render_faces
from exporter.watch.snapshot import Call, Snapshot, take_snapshot
from exporter.watch.typed_answers import compare_typed
from tests.conftest import Deck, Run
from tests.preview import KINDS


def snapshot_of(root: Path) -> Snapshot:
    outcome = take_snapshot(Call(root, root / "dist"), Library())
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def strip_css(side: str) -> str:
    return side.split("</style>", 1)[1]


def test_all_five_card_types_are_rendered_as_the_backend_does(run: Run, deck: Deck, tmp_path: Path) -> None:
    from tests.backend import collection, import_package

    root = deck({"notes.md": KINDS})
    assert run("build", root, "-o", "out", "--only", "apkg").returncode == 0
    snapshot = snapshot_of(root)
    ours: dict[tuple[str, int], tuple[str, str]] = {}
    kinds = set()
    for shown in snapshot.cards.values():
        note, notetype = snapshot.note_of(shown)
        kinds.add(note.notetype)
        fields = dict(zip(notetype.field_names, note.fields, strict=True))
        for face in render_faces(note, notetype, "N"):
            template = notetype.templates[0 if notetype.is_cloze else face.number]
            more = {"Tags": " ".join(note.tags), "Deck": note.deck, "Card": template.name, "Type": notetype.name}
            numbers = gap_numbers(note.fields[0]) if notetype.is_cloze else ()
            sides = [
                render_template(text, Scene({**fields, **more}, face.number, question=is_front, clozes=numbers))
                for text, is_front in ((template.front, True), (template.back, False))
            ]
            ours[note.guid, face.number] = (sides[0], sides[1])
    assert kinds == {"basic", "choice", "typein", "reversed", "cloze"}
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        cards = [col.get_card(i) for i in col.find_cards("")]
        theirs = {(c.note().guid, c.ord): (strip_css(c.question()), strip_css(c.answer())) for c in cards}
    assert len(theirs) == 7
    assert ours == theirs


TEMPLATES = [
    "{{F}}|{{ F }}|{{text:F}}|{{Tags}}|{{Deck}}|{{Subdeck}}|{{Type}}|{{Card}}|{{CardFlag}}",
    "{{F}}{{#E}}no{{/E}}{{^E}}empty{{/E}}{{#F}}{{^E}}nested {{G}}{{/E}}{{/F}}",
    "{{F}}<!-- {{F}} {{#G}} -->{{#Tags}}T{{/Tags}}{{^Tags}}N{{/Tags}}",
    "{{type:F}} and {{type:nc:F}} and { {{F}} }} {single} {{#S}}spaces count as nothing{{/S}}",
    "{{#F}}\n<div lang='{{G}}'>{{F}}</div>\n{{/F}}",
]


@pytest.mark.parametrize("front", TEMPLATES)
def test_templates_are_rendered_as_the_backend_does(front: str, tmp_path: Path) -> None:
    from tests.backend import collection

    values = {"F": "a <b>b</b> &lt; &amp; 中", "G": "gé", "E": "<br> <div></div>", "S": " \n"}
    with collection(tmp_path) as col:
        notetype = col.models.new("Kind")
        for name in values:
            col.models.add_field(notetype, col.models.new_field(name))
        template = col.models.new_template("One")
        template["qfmt"], template["afmt"] = front, "{{FrontSide}}<hr>{{G}}{{^E}}!{{/E}}"
        col.models.add_template(notetype, template)
        col.models.add(notetype)
        note = col.new_note(col.models.by_name("Kind"))
        note.fields, note.tags = list(values.values()), ["t1", "t2::x"]
        col.add_note(note, col.decks.id("A::B"))
        (card,) = note.cards()
        theirs = strip_css(card.question()), strip_css(card.answer())
    fields = {
        **values,
        "Tags": "t1 t2::x",
        "Deck": "A::B",
        "Subdeck": "B",
        "Type": "Kind",
        "Card": "One",
        "CardFlag": "flag0",
    }
    shown = {name: Html(text) for name, text in fields.items()}
    question = render_template(front, Scene(shown, 0, question=True))
    answer = render_template(
        "{{FrontSide}}<hr>{{G}}{{^E}}!{{/E}}", Scene({**shown, "FrontSide": question}, 0, question=False)
    )
    assert (question, answer) == theirs


GAPS = [
    'a {{c1::b::hint}} c {{c2::x {{c3::nested}} "q" <b>\'é中}} \\({{c1::m}}\\) \\[<i>z</i>\\]',
    "{{c1,2::two cards}} x {{c1::a}}b}} {{c2::p::q::r}}",
    "{{c1::one}} and {{c10::ten}} {{c2::{{c1::in}} out}}",
]


@pytest.mark.parametrize("text", GAPS)
def test_gaps_are_rendered_as_the_backend_does(text: str, tmp_path: Path) -> None:
    from tests.backend import collection

    template = "{{cloze:F}} {{#c1}}first{{/c1}}{{^c2}}not the second{{/c2}}"
    with collection(tmp_path) as col:
        notetype = col.models.new("Gaps")
        notetype["type"] = 1
        col.models.add_field(notetype, col.models.new_field("F"))
        made = col.models.new_template("Cloze")
        made["qfmt"], made["afmt"] = template, template
        col.models.add_template(notetype, made)
        col.models.add(notetype)
        note = col.new_note(col.models.by_name("Gaps"))
        note.fields = [text]
        col.add_note(note, col.decks.id("D"))
        theirs = {card.ord + 1: (strip_css(card.question()), strip_css(card.answer())) for card in note.cards()}
    numbers = gap_numbers(text)
    ours = {
        number: tuple(
            render_template(template, Scene({"F": Html(text)}, number - 1, question=q, clozes=numbers))
            for q in (True, False)
        )
        for number in numbers
    }
    assert ours == theirs


TYPED = [
    ("Tirana", "Tirax"), ("Tirana", "Tirana"), ("Tirana", ""), ("2020", "220"), ("Tirana", "Tiranaaa"),
    ("损失函数", "损函数"), ("cafe", "café"), ("a  b", "a b"), ("abc", "xyz"), ("New York", "york new"), ("a b", " a b "),
]  # fmt: skip


def test_typed_answers_are_compared_as_the_backend_does(tmp_path: Path) -> None:
    from tests.backend import collection

    with collection(tmp_path) as col:
        theirs = [col.compare_answer(expected=expected, provided=typed) for expected, typed in TYPED]
    assert [compare_typed(expected, typed) for expected, typed in TYPED] == theirs


def test_what_the_backend_refuses_is_refused() -> None:
    scene = Scene({"F": Html("x")}, 0, question=True)
    for template, message in {
        "{{Nope}}": "no field called Nope",
        "{{#Nope}}{{/Nope}}": "no field called Nope",
        "{{#F}}": "never closed",
        "{{/F}}": "closes nothing",
        "{{#F}}{{/G}}": "{{/G}} stands where {{/F}} must",
        "{{furigana:F}}": "does not know",
    }.items():
        with pytest.raises(TemplateError, match=re.escape(message)):
            render_template(template, scene)
    assert fill_gaps("{{c2::x}}", 1, question=True) == ""


def test_scripts_of_templates_carry_the_nonce_and_those_of_fields_do_not(deck: Deck) -> None:
    snapshot = snapshot_of(deck({"notes.md": "## What?\n\nThis.\n"}))
    (shown,) = snapshot.cards.values()
    note, notetype = snapshot.note_of(shown)
    fields = tuple(Html(f"{value}<script>evil()</script>") if value else value for value in note.fields)
    (face,) = render_faces(note._replace(fields=fields), notetype, "secret")
    for side in (face.front, face.back):
        assert side.count('<script nonce="secret">') == 1
        assert "<script>evil()" in side


def test_what_is_typed_and_what_is_heard_look_as_in_the_reviewer(deck: Deck) -> None:
    snapshot = snapshot_of(deck({"notes.md": "## When? <!-- type -->\n\n2020 & <later>\n"}))
    (shown,) = snapshot.cards.values()
    note, notetype = snapshot.note_of(shown)
    fields = dict(zip(notetype.field_names, note.fields, strict=True)) | {"Audio": Html("[sound:a b.mp3]")}
    (face,) = render_faces(note._replace(fields=tuple(fields.values())), notetype, "n")
    assert "<input type=text id=typeans" in face.front
    assert 'data-sound="a b.mp3"' in face.front
    assert face.back.count("id=answer") == 1
    assert "[[type:" not in face.front + face.back
    assert "<code id=typeans>2020 &amp; &lt;later&gt;</code>" in face.back
