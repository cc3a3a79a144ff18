"""The live preview: its cards against the real backend's, its manners towards strangers, and its page in a real browser."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from exporter.assets import load_image
from exporter.config import load_config
from exporter.reader import read_chapter
from exporter.source import Span
from exporter.watch import library as library_module
from exporter.watch.cloze import fill_gaps, gap_numbers
from exporter.watch.faces import render_faces
from exporter.watch.guard import Guard
from exporter.watch.library import Library
from exporter.watch.run import open_loopback
from exporter.watch.snapshot import Call, take_snapshot, watched_folders
from exporter.watch.template import Scene, TemplateError, render_template
from exporter.watch.views import editor_link
from tests.conftest import ROOT, Deck, Run

PATIENCE_S = 5.0

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


def snapshot_of(root: Path, library: Library | None = None) -> Any:
    outcome = take_snapshot(Call(root, root / "dist"), library or Library())
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


# ------------------------------------------------------------------------------------- as the real backend renders it


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
    question = render_template(front, Scene(fields, 0, question=True))
    answer = render_template(
        "{{FrontSide}}<hr>{{G}}{{^E}}!{{/E}}", Scene({**fields, "FrontSide": question}, 0, question=False)
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
            render_template(template, Scene({"F": text}, number - 1, question=q, clozes=numbers)) for q in (True, False)
        )
        for number in numbers
    }
    assert ours == theirs


def test_what_the_backend_refuses_is_refused() -> None:
    scene = Scene({"F": "x"}, 0, question=True)
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
    from dataclasses import replace

    snapshot = snapshot_of(deck({"notes.md": "## What?\n\nThis.\n"}))
    (shown,) = snapshot.cards.values()
    note, notetype = snapshot.note_of(shown)
    fields = tuple(f"{value}<script>evil()</script>" if value else "" for value in note.fields)
    (face,) = render_faces(replace(note, fields=fields), notetype, "secret")
    for side in (face.front, face.back):
        assert side.count('<script nonce="secret">') == 1
        assert "<script>evil()" in side


def test_what_is_typed_and_what_is_heard_look_as_in_the_reviewer(deck: Deck) -> None:
    from dataclasses import replace

    snapshot = snapshot_of(deck({"notes.md": "## When? <!-- type -->\n\n2020 & <later>\n"}))
    (shown,) = snapshot.cards.values()
    note, notetype = snapshot.note_of(shown)
    fields = dict(zip(notetype.field_names, note.fields, strict=True)) | {"Audio": "[sound:a b.mp3]"}
    (face,) = render_faces(replace(note, fields=tuple(fields.values())), notetype, "n")
    assert "<input type=text id=typeans" in face.front
    assert 'data-sound="a b.mp3"' in face.front
    assert face.back.count("id=answer") == 1
    assert "[[type:" not in face.front + face.back
    assert "<code id=typeans>2020 &amp; &lt;later&gt;</code>" in face.back


# ------------------------------------------------------------------------------------------- reading only what changed


def test_only_changed_files_are_read_again(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        library_module, "read_chapter", lambda file, config: read.append(file.name) or read_chapter(file, config)
    )
    monkeypatch.setattr(library_module, "load_image", lambda file, name: read.append(name) or load_image(file, name))
    picture = (ROOT / "imgs" / "DiT核心思想.png").read_bytes()
    files: dict[str, str | bytes] = {f"{i}.md": f"## What is {i}?\n\nIt is {i}. ![p](p.png)\n" for i in range(5)}
    root = deck({**files, "p.png": picture})
    library = Library()
    first = snapshot_of(root, library)
    assert sorted(read) == ["0.md", "1.md", "2.md", "3.md", "4.md", "p.png"]
    read.clear()
    deck({"3.md": "## What is 3?\n\nIt is three. ![p](p.png)\n"})
    second = snapshot_of(root, library)
    assert read == ["3.md"]
    same = [a is b for a, b in zip(first.book.chapters, second.book.chapters, strict=True)]
    assert same == [True, True, True, False, True]
    read.clear()
    deck({"deck.toml": 'source = "."\nlang = "ja"\n'})
    assert {chapter.lang for chapter in snapshot_of(root, library).book.chapters} == {"ja"}
    assert sorted(read) == ["0.md", "1.md", "2.md", "3.md", "4.md"]


def test_a_single_file_does_not_watch_the_folders_beside_it(deck: Deck) -> None:
    root = deck({"notes.md": "## What?\n\nThis.\n", "else/deep/x.txt": ""})
    call = Call(root / "notes.md", root / "dist")
    assert watched_folders(take_snapshot(call, Library()).value, call) == ((root,), False)
    whole = Call(root, root / "dist")
    assert watched_folders(take_snapshot(whole, Library()).value, whole) == ((root,), True)


def test_links_lead_into_the_editor(deck: Deck) -> None:
    root = deck({"notes/第一 章.md": "## What?\n\nThis.\n", "deck.toml": 'source = "notes"\n'})
    config = load_config(root).value
    path = f"{root}/notes/%E7%AC%AC%E4%B8%80%20%E7%AB%A0.md".lstrip("/")
    span = Span("notes/第一 章.md", 3, 7)
    assert editor_link(span, config, "vscode") == f"vscode://file/{path}:3:7"
    assert editor_link(span, config, "idea") == f"idea://open?file=/{path}&line=3&column=7"
    assert editor_link(span, config, "my://{path}#{line}") == f"my://{path}#3"
    assert editor_link(None, config, "vscode") == ""


# ------------------------------------------------------------------------------------------------------- the server


@dataclass(frozen=True)
class Preview:
    """A running `make-deck watch`."""

    address: str
    port: int

    def get(
        self, path: str, *, method: str = "GET", host: str | None = None, **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request, with the path sent as it stands."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def state(self) -> dict[str, Any]:
        """What the page sees."""
        return dict(json.loads(self.get("/state")[2]))


@contextmanager
def watching(root: Path) -> Iterator[Preview]:
    command = [sys.executable, "-u", "-m", "exporter", "watch", str(root), "--port", "0"]
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


TWO = "# Book\n\n## 1. What is first?\n\nThe first answer, $a+b$.\n\n## 2. What is second?\n\n{}\n\n![p](p.png)\n"


@pytest.fixture
def two(deck: Deck) -> Path:
    picture = (ROOT / "imgs" / "DiT核心思想.png").read_bytes()
    long = "\n\n".join(f"Paragraph {i} of the second answer." for i in range(60))
    return deck({
        "deck.toml": 'source = "notes"\noutputs = ["apkg"]\n', "notes/a.md": TWO.format(long), "p.png": picture, "unused.png": picture[:-1] + b"x",
    })  # fmt: skip


def test_strangers_are_refused(two: Path) -> None:
    with watching(two) as preview:
        own = f"http://127.0.0.1:{preview.port}"
        assert preview.get("/state")[0] == 200
        assert preview.get("/state", Origin=own, Sec_Fetch_Site="same-origin")[0] == 200
        assert preview.get("/state", host=f"localhost:{preview.port}")[0] == 200
        for host in (
            "",
            "evil.example",
            f"evil.example:{preview.port}",
            "127.0.0.1",
            "127.0.0.1:1",
            f"127.0.0.1.evil.example:{preview.port}",
        ):
            assert preview.get("/state", host=host)[0] in ({400, 403} if host == "" else {403}), host
        for origin in (
            "http://evil.example",
            "null",
            f"https://127.0.0.1:{preview.port}",
            "http://127.0.0.1:1",
            "file://",
        ):
            assert preview.get("/state", Origin=origin)[0] == 403, origin
        assert preview.get("/state", Sec_Fetch_Site="cross-site")[0] == 403
        assert preview.get("/events", Sec_Fetch_Site="same-site")[0] == 403
        assert (
            preview.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe")[0] == 403
        )
        assert (
            preview.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")[0]
            == 200
        )
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert preview.get("/state", method=method)[0] == 405
        frame = preview.state()["frame"]
        assert preview.get(frame, Origin="http://evil.example")[0] == 403
        assert preview.get(frame, Origin="null", Sec_Fetch_Site="cross-site")[0] == 200


def test_only_what_the_tables_hold_is_served(two: Path) -> None:
    with watching(two) as preview:
        frame = preview.state()["frame"]
        base = frame.removesuffix("card.html")
        card = json.loads(preview.get(f"/card?id={preview.state()['chapters'][0]['cards'][1]['id']}")[2])
        name = re.search(r'src="(p-[^"]+)"', card["faces"][0]["back"])
        assert name
        status, headers, body = preview.get(base + name[1])
        assert (status, headers["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
        assert "sandbox" in headers["content-security-policy"]
        assert preview.get(f"{base}mathjax/tex-chtml-full.js")[0] == 200
        assert (
            preview.get(f"{base}mathjax/output/chtml/fonts/woff-v2/MathJax_Zero.woff")[1]["access-control-allow-origin"]
            == "null"
        )
        for path in (
            f"{base}p.png", f"{base}unused.png", f"{base}../../notes/a.md", f"{base}..%2f..%2fdeck.toml", f"{base}%2e%2e/{name[1]}",
            f"{base}/etc/passwd", f"{base}%2fetc%2fpasswd", f"/shown/guess/{name[1]}", f"/shown//{name[1]}", f"/{name[1]}", f"{base}deck.toml",
            f"{base}mathjax/core.js", f"{base}mathjax/../tex-chtml-full.js", f"{base}mathjax/..%2f..%2f..%2f__init__.py", f"{base}index.html",
            "/own/../../pyproject.toml", "/own/..%2f..%2fpyproject.toml", "/own/%2e%2e%2fanki%2ftheme.css", "/own/", "/own/x/app.js",
            "/notes/a.md", "/deck.toml", "/card", "/card?id=..", "/form/handout.pdf", "/form/..%2fx.pdf", "/page/handout/0.png", "/page/handout/-1.png",
            "/docs", "/openapi.json", "/favicon.ico", "//etc/passwd", "/\x00",
        ):  # fmt: skip
            assert preview.get(path.replace("\x00", "%00"))[0] == 404, path


def test_answers_say_how_little_they_may_do(two: Path) -> None:
    with watching(two) as preview:
        _, page, _ = preview.get("/")
        assert "script-src 'self'" in page["content-security-policy"]
        assert "unsafe" not in page["content-security-policy"]
        assert page["x-frame-options"] == "DENY"
        _, frame, body = preview.get(preview.state()["frame"])
        policy = frame["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'nonce-")
        assert "sandbox allow-scripts" in policy
        assert "allow-same-origin" not in policy
        assert "connect-src" not in policy
        assert body.count(b'<script nonce="__NONCE__"') == 0
        for path in ("/", "/state", "/own/app.js", preview.state()["frame"]):
            headers = preview.get(path)[1]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


def test_it_listens_on_loopback_and_finds_a_free_port() -> None:
    with open_loopback(0) as first:
        host, port = first.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(OSError, match=r".*"):
            open_loopback(port)
        with open_loopback(None) as usual:
            assert usual.getsockname()[0] == "127.0.0.1"
    assert Guard(None, port=80, secret="/s/").refuse("GET", "/", [(b"host", b"localhost")]) is None  # type: ignore[arg-type]
    two_hosts = [(b"host", b"localhost:9"), (b"host", b"evil")]
    assert Guard(None, port=9, secret="/s/").refuse("GET", "/", two_hosts)  # type: ignore[arg-type]


def test_a_taken_port_is_said(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": "## What?\n\nThis.\n"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("watch", root, "--port", taken.getsockname()[1])
    assert result.returncode == 1
    assert "cannot be used" in result.stderr
    assert "--port 0" in result.stderr


def test_help_does_not_import_the_server() -> None:
    script = "import sys; from exporter.cli import main\ntry: main(['watch', '--help'])\nexcept SystemExit: print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert "Example:" in result.stdout
    loaded = {name.split(".")[0] for name in result.stdout.split("\n")[-2].split()}
    assert not loaded & {"starlette", "uvicorn", "watchfiles", "pypdfium2", "asyncio", "multiprocessing"}


# ------------------------------------------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    view = pytest.importorskip("tests.anki_view", reason="the anki backend is not installed")

    class Tab(view.Browser):  # type: ignore[name-defined, misc]
        """A window of the preview."""

        def __init__(self) -> None:
            super().__init__()
            self.frames: dict[str, str] = {}

        def go(self, url: str, width: int = 1280, height: int = 800) -> None:
            self.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            self.call("Page.navigate", url=url)
            self.until("document.documentElement.dataset.shown")

        def until(self, script: str, patience: float = PATIENCE_S * 4, *, frame: bool = False) -> float:
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
                        self.frames[target] = self.call("Target.attachToTarget", targetId=target, flatten=True)[
                            "sessionId"
                        ]
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

    try:
        with Tab() as opened:
            yield opened
    except view.ViewerMissingError as reason:
        pytest.skip(str(reason))


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Save as editors do: beside the file, then over it."""
    part = file.with_suffix(".part")
    part.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    part.replace(file)


def test_an_edit_appears_and_the_place_is_kept(tab: Any, two: Path) -> None:
    with watching(two) as preview:
        tab.go(preview.address)
        tab.until("document.querySelector('mjx-container, #qa .question')", frame=True)
        assert tab.inside("document.querySelector('.question').textContent.trim()") == "What is first?"
        tab.press(" ")
        tab.until("document.querySelector('.answer mjx-container mjx-mi')", frame=True)
        tab.press("j")
        tab.press("n")
        tab.until(
            "document.body.className.includes('nightMode') && document.querySelector('.answer').textContent.includes('second')",
            frame=True,
        )
        assert tab.inside("document.querySelector('img').complete && document.querySelector('img').naturalWidth > 0")
        tab.inside("scrollTo(0, 400)")
        edit(two / "notes" / "a.md", lambda text: text.replace("Paragraph 7 of", "Edited paragraph 7 of"))
        took = tab.until("document.body.textContent.includes('Edited paragraph 7')", PATIENCE_S, frame=True)
        assert took < PATIENCE_S
        assert tab.inside("scrollY") == 400
        assert tab.inside("document.body.className.includes('nightMode')")
        assert tab.run("document.querySelector('[aria-current]').textContent").endswith("What is second?")
        # reworded: the same row stays selected, whatever becomes of its identity
        edit(two / "notes" / "a.md", lambda text: text.replace("What is second?", "Which one comes after?"))
        tab.until("document.querySelector('[aria-current]').textContent.endsWith('Which one comes after?')", PATIENCE_S)
        tab.until("document.querySelector('.question').textContent.includes('Which one')", PATIENCE_S, frame=True)
        # and after a reload of the window
        tab.go(preview.address)
        assert tab.run("document.querySelector('[aria-current]').textContent").endswith("Which one comes after?")
        assert tab.errors == []


def test_an_error_is_shown_beside_the_old_state_and_goes_away(tab: Any, two: Path) -> None:
    file = two / "notes" / "a.md"
    with watching(two) as preview:
        tab.go(preview.address)
        good = file.read_bytes()
        file.write_bytes(good[:40] + b"\xff\xfe\xff" + good[40:])
        tab.until("!document.getElementById('alert').hidden", PATIENCE_S)
        assert "neither UTF-8 nor GB18030" in tab.run("document.getElementById('alert').textContent")
        assert tab.run("document.querySelectorAll('.row').length") == 2
        assert tab.run("document.querySelector('#problem-list .error a').href").startswith("vscode://file/")
        assert tab.inside("document.querySelector('.question').textContent.trim()") == "What is first?"
        assert preview.state()["stale"]
        file.write_bytes(good)
        tab.until("document.getElementById('alert').hidden", PATIENCE_S)
        (two / "deck.toml").write_text("sauce = 1\n", encoding="utf-8")
        tab.until("document.getElementById('alert').textContent.includes('sauce')", PATIENCE_S)
        (two / "deck.toml").write_text('source = "notes"\noutputs = ["apkg"]\n', encoding="utf-8")
        tab.until("document.getElementById('alert').hidden", PATIENCE_S)


def test_a_card_cannot_reach_out_of_its_frame(tab: Any, two: Path) -> None:
    with watching(two) as preview:
        tab.go(preview.address)
        inside = "parent.postMessage({type: 'key', key: 'n'}, '*')"
        html = f'<p>evil</p><img src="x" onerror="{inside}"><script>{inside}</script><script nonce="guess">{inside}</script>'
        message = {
            "type": "show",
            "html": html,
            "css": "",
            "classes": "card",
            "page": "",
            "keep": False,
            "side": "front",
        }
        tab.run(f"frames[0].postMessage({json.dumps(message)}, '*')")
        tab.until("document.body.textContent.includes('evil')", frame=True)
        time.sleep(0.3)
        assert tab.run("document.querySelector('#light').dataset.value") == "day"
        assert tab.inside("origin") == "null"
        blocked = "new Promise(done => fetch('/state').then(() => done('open'), () => done('closed')))"
        assert tab.inside(blocked) == "closed"
        assert tab.inside("(() => { try { return parent.document.title } catch { return 'closed' } })()") == "closed"


def test_keys_search_and_modes(tab: Any, deck: Deck) -> None:
    root = deck({"notes.md": KINDS})
    with watching(root) as preview:
        tab.go(preview.address, 1280, 700)
        tab.press("/")
        tab.run(
            "(() => { const s = document.getElementById('search'); s.value = 'sentence'; s.dispatchEvent(new Event('input')); })()"
        )
        assert tab.run("document.querySelectorAll('.row:not([hidden])').length") == 1
        tab.run("document.querySelector('.row:not([hidden])').click()")
        tab.until("document.querySelectorAll('#faces button').length === 2")
        tab.until("document.querySelector('.cloze').textContent === '[year]'", frame=True)
        tab.press("2")
        tab.until("document.querySelector('.cloze').textContent === '[...]'", frame=True)
        tab.press("p")
        tab.until("innerWidth === 390 && document.documentElement.classList.contains('mobile')", frame=True)
        tab.press("b")
        assert tab.run("document.querySelectorAll('iframe').length") == 2
        tab.press("b")
        assert tab.run("document.querySelectorAll('.side:not([hidden])').length") == 1
        assert tab.errors == []


def test_the_pages_are_drawn(tab: Any, deck: Deck) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)
    root = deck(
        {
            "deck.toml": 'source = "notes"\noutputs = ["handout"]\n',
            "notes/a.md": TWO.format("It is two.").replace("![p](p.png)", ""),
        }
    )
    with watching(root) as preview:
        tab.go(preview.address)
        tab.press("g")
        tab.until("document.querySelector('.sheet')?.naturalWidth > 300", 120)
        status, headers, body = preview.get("/form/handout.pdf")
        assert (status, headers["content-type"], body[:5]) == (200, "application/pdf", b"%PDF-")
        assert preview.get("/page/handout/99.png")[0] == 404
        assert preview.get("/page/handout/0.png?w=99999")[0] == 404
        before = tab.run("document.querySelector('.sheet').src")
        edit(root / "notes" / "a.md", lambda text: text + "\n## 3. What is third?\n\nIt is three.\n")
        tab.until(
            f"document.querySelector('.sheet').src !== {json.dumps(before)} && document.querySelector('.sheet').complete",
            120,
        )
        assert urlsplit(tab.run("document.querySelector('.sheet').src")).path == "/page/handout/0.png"
