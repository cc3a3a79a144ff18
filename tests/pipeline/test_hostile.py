"""Notes are untrusted: whatever they hold, a build ends with whole outputs and a clear word, and reads nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.config import Config, load_config
from exporter.config.tables import AnkiConfig, FlashcardsConfig, PrintConfig, QuizConfig
from exporter.editions.edition import plan_edition
from exporter.editions.identity.lock_reader import read_lock
from exporter.editions.published import _committed
from exporter.machinery import git
from exporter.machinery.control_words import refused_word
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.git import find_commit
from exporter.machinery.printable import printable, printable_json
from exporter.pipeline import against
from exporter.pipeline.against import _check_out, _whole
from exporter.pipeline.book import read_book
from exporter.reading.folder import find_notes
from exporter.reading.markdown import parse
from exporter.reading.rules import check_rules
from exporter.source import SourceFile
from tests.conftest import Deck, Run

SECRET = "the-secret-of-another-folder"

MARKUP = {
    "an image by file address": "![](file://{secret})",
    "an image by absolute path": "![]({secret})",
    "an image by way of the parent folder": "![](../secret.txt) ![](..\\secret.txt) ![](imgs/../../secret.txt)",
    "an image by encoded parent": "![](%2e%2e/secret.txt) ![](..%2fsecret.txt)",
    "an attachment": '<a rel="attachment" href="file://{secret}">x</a>',
    "a style sheet": '<link rel="stylesheet" href="file://{secret}"><style>@import "file://{secret}";</style>',
    "an object, an embed and a frame": '<object data="file://{secret}"></object><embed src="file://{secret}"><iframe src="file://{secret}"></iframe>',
    "a background": '<div style="background: url(file://{secret})">x</div>',
    "an svg with an image": '<svg><image href="file://{secret}"/></svg>',
    "a base address": '<base href="file:///">![](etc/hostname)',
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a handler": '<b onmouseover="alert(1)">b</b><a href="javascript:alert(1)">a</a><a href="JaVaScRiPt:alert(1)">a</a>',
    "a form": '<form action="https://example.com"><input name="q"></form>',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://example.com">',
    "a comment that never ends": "<!-- " + "x " * 500,
    "our own marks": "\ue0000\ue001 \ue00099\ue001",
    "anki fields": "{{{{FrontSide}}}} {{{{#Question}}}}x{{{{/Question}}}} {{{{c1::x}}}}",
    "jinja": "{{{{ 7*7 }}}} {{% include '/etc/passwd' %}} << 7 >> <% x %>",
    "deeply nested quotes": ">" * 500 + " deep",
    "deeply nested lists": "\n".join("  " * n + "- x" for n in range(200)),
    "deeply nested tags": "<div>" * 600 + "deep" + "</div>" * 600,
    "deeply nested inline tags": "x " + "<b>" * 2000 + "deep",
    "deeply nested emphasis": "*a " * 500 + "b" + "*" * 500,
    "a wide span": '<table><tr><td colspan="100000000" rowspan="99999999">x</td></tr></table>',
    "a table with many columns": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n|" + "b|" * 300,
    "a giant font": '<font size="1000000000">x</font><p style="font-size:1e9px">x</p>',
    "a macro bomb": r"$\def\a{{\b\b}}\def\b{{\c\c}}\def\c{{\d\d}}\def\d{{\a\a}}\a$",
    "a formula with deep braces": "$" + "{{" * 400 + "x" + "}}" * 400 + "$",
    "a formula with deep fractions": "$" + r"\frac{{1}}{{" * 60 + "x" + "}}" * 60 + "$",
    "a very long word": "长" * 20000,
    "a very long line of code": "```\n" + "x" * 20000 + "\n```",
    "control characters": "a\x00b\x07c\x1bd\u202ee\u2066f",
    "an empty link and image": "[]() ![]() <img> <img src=''>",
    "a media name with a slash": '![](a/b/../../../secret.txt "x")',
    "entities": "&#0; &#xFFFFFFFF; &nosuch; &lt;script&gt;",
}


@pytest.mark.parametrize("name", MARKUP)
def test_an_attack_ends_in_whole_outputs(name: str, run: Run, deck: Deck, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    body = MARKUP[name].format(secret=secret)
    root = deck({"notes.md": f"## What is this?\n\nBefore.\n\n{body}\n\n## What comes after?\n\nAfterwards.\n"})
    result = run("build", root, "-o", "out")
    assert "Traceback" not in result.stderr, result.stderr[-2000:]
    assert result.returncode == 0, result.stderr[-2000:]
    pdf, apkg = (tmp_path / "out" / f"deck.{kind}" for kind in ("pdf", "apkg"))
    assert SECRET.encode() not in pdf.read_bytes()
    with zipfile.ZipFile(apkg) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert SECRET.encode() not in content
    for forbidden in (
        b"<script>alert",
        b"onerror",
        b"onmouseover",
        b"javascript:alert",
        b"<iframe",
        b"<form",
        b"<meta",
        b"<base",
    ):
        assert forbidden not in content


def png(width: int, height: int) -> bytes:
    """A valid header of a picture that would unpack to `width` × `height` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bomb.png", png(30_000, 30_000), "30000 × 30000 pixels; the limit is 120,000,000"),
        ("cut.png", png(30, 30), "damaged"),
        ("text.png", b"hello", "no image"),
        ("empty.png", b"", "no image"),
        ("page.png", b"<html><script>alert(1)</script></html>", "no image"),
    ],
)
def test_a_picture_that_is_none_is_said_and_left_out(
    run: Run, deck: Deck, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    root = deck({"notes.md": f"## What is this?\n\n![]({name})\n", name: data})
    result = run("build", root, "-o", "out")
    assert result.returncode == 0
    code = "image-too-large" if name == "bomb.png" else "image-invalid"
    assert f'notes.md:3:5: warning[{code}]: "{name}"' in result.stderr
    assert reason in result.stderr


def test_an_svg_reads_nothing_else(run: Run, deck: Deck, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    svg = (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        f'<image href="file://{tmp_path}/secret.txt" width="9" height="9"/><use xlink:href="../secret.txt"/>'
        "<script>alert(1)</script><text>&x;</text></svg>"
    )
    root = deck({"notes.md": "## What is this?\n\n![](a.svg)\n", "a.svg": svg})
    result = run("build", root, "-o", "out")
    assert "Traceback" not in result.stderr
    assert SECRET.encode() not in (tmp_path / "out" / "deck.pdf").read_bytes()


def test_a_link_out_of_the_folder_is_not_followed(run: Run, deck: Deck, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(3, 3))
    root = deck({"notes.md": "## What is this?\n\n![](inside.png)\n"})
    (root / "inside.png").symlink_to(tmp_path / "secret.png")
    assert "image-outside" in run("build", root, "-o", "out", "--only", "apkg").stderr


def test_a_note_out_of_the_folder_is_not_read(run: Run, deck: Deck, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(f"## What is it?\n\n{SECRET}\n", encoding="utf-8")
    root = deck({"notes.md": "## What is this?\n\nThis.\n"})
    (root / "more.md").symlink_to(secret)
    result = run("build", root, "-o", "out", "--only", "apkg")
    assert result.returncode == 1
    assert "more.md:1:1: error[note-outside]" in result.stderr
    assert not (tmp_path / "out").exists()
    (root / "more.md").unlink()
    (root / "more.md").symlink_to(root / "notes.md")
    assert run("build", root / "more.md", "-o", "out", "--only", "apkg").returncode == 0
    (root / "more.md").unlink()
    (root / "more.md").symlink_to(secret)
    assert run("build", root / "more.md", "-o", "own", "--only", "apkg").returncode == 0  # the author named it


GROWING = {
    "stars": "*a",
    "brackets": "[",
    "image brackets": "![](",
    "angle brackets": "<a ",
    "dollars": "$a ",
    "backslash brackets": "\\(a ",
    "equal signs": "==a ",
    "quotes": "> a\n",
    "tags": "<div>\n",
    "fences": "```\n",
    "wiki": "[[a",
    "comments": "<!-- a\n",
    "lists": "- a\n",
    "numbers": "1) a\n",
    "underscores": "_a_",
    "pipes": "|a|b|\n",
    "headings": "# a\n\nb\n\n",
    "details": "<details><summary>a</summary>\n",
    "clozes": "{{c1::a",
    "footnotes": "[^1] a\n",
    "colons": "::: tip\n",
    "environments": "\\begin{align} a\n",
}


@pytest.mark.parametrize("name", GROWING)
def test_reading_takes_linear_time(name: str) -> None:
    def seconds(copies: int) -> float:
        source = SourceFile.from_text("a.md", Path("a.md"), GROWING[name] * copies)
        best = 9e9
        for _ in range(2):
            start = time.thread_time()
            parse(source)
            best = min(best, time.thread_time() - start)
        return best

    small, large = seconds(500), seconds(4000)
    assert large < max(0.4, small * 8 * 4), f"{small:.3f} s → {large:.3f} s"


SHADOW = "from pathlib import Path\nPath({told!r}).write_text('it ran')\n"


SCRIPT = "from exporter.cli import main\n\nif __name__ == '__main__':\n    main()\n"
"""What pip makes of `make-deck`: Python starts with the folder of the script on its path, not with the current one."""


def test_no_module_of_the_current_folder_runs(deck: Deck, tmp_path: Path) -> None:
    told = tmp_path / "told"
    names = ("multiprocessing", "click", "jinja2", "PIL", "weasyprint", "runpy", "encodings", "tempfile")
    shadows = {f"{name}.py": SHADOW.format(told=str(told)) for name in names}
    root = deck({"notes.md": "## What is this?\n\nThis.\n", **shadows})
    script = deck({"make-deck": SCRIPT}, "bin") / "make-deck"
    command = [sys.executable, script, "build", root, "-o", tmp_path / "out"]
    assert subprocess.run(command, cwd=root, capture_output=True, timeout=100, check=False).returncode == 0
    assert not told.exists()


def fields_of(root: Path) -> list[tuple[str, ...]]:
    """The fields, decks and tags of all notes of a deck, as a package has them."""
    config = load_config(root).value
    assert config
    book = read_book(config, root / "dist")
    edition = plan_edition(book.value, config, root / "none.lock", 1_760_000_000)
    return [(*note.fields, note.deck, *note.tags) for note in edition.value.plan.notes]


MARKS = {
    "a mark by entity in an attribute": '<a title="&#xE000;0&#xE001;">x</a> $x" onmouseover=alert(1) y="$',
    "a mark by entity in a text": "&#xE000;0&#xE001; &#57344;0&#57345; $x$",
    "a mark as it is": "\ue0000\ue001 $x$ \ue000+1\ue001 \ue000sound:a.mp3\ue001",
    "a formula in a tag that stays open": '<p lang="\n\n$x" onmouseover=alert(1) y="$\n\n<td style="`a`$b$">',
    "a formula in an attribute": '<abbr title="$x$ `y`">z</abbr> <ol start="$x$">',
}


@pytest.mark.parametrize("name", MARKS)
def test_no_note_writes_a_mark(name: str, deck: Deck) -> None:
    ((*fields,),) = fields_of(deck({"notes.md": f"## What is this?\n\n{MARKS[name]}\n"}))
    for field in fields:
        tags = re.findall(r"<[^>]*>", field)
        assert not any("onmouseover" in tag for tag in tags), field
        assert "[sound:" not in field


HOSTILE_WORDS = """---
tags: ['<img/src=x/onerror=alert(1)>', '[sound:http://example.org]']
---

# <img/src=x/onerror=alert(1)> [sound:http://example.org/a.mp3] \u202eabc

## What is this?

This.
"""


def test_words_of_a_stranger_are_no_commands(deck: Deck) -> None:
    ((*fields,),) = fields_of(deck({"notes.md": HOSTILE_WORDS}))
    names = fields[-4:]
    assert sum("onerror" in name or "sound:" in name for name in names) == 4
    assert not any(char in name for char in "\u202e" for name in names)
    assert not any(char in tag for tag in names[-3:] for char in "<>")
    assert not any("[sound:" in field for field in fields)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::add-mask::x", ":\\x3aadd-mask::x"),
        ("  ::error::x", "  :\\x3aerror::x"),
        ("a ##[add-path]/x", "a #\\x23[add-path]/x"),
        ("##vso[task.x]", "#\\x23vso[task.x]"),
        ("a\n::error::x", "a\\x0a::error::x"),
        ("\x1b[2Jx\x9b1m", "\\x1b[2Jx\\x9b1m"),
        ("\u202egnp.x", "\\u202egnp.x"),
        ("an ordinary: path.md:3:1", "an ordinary: path.md:3:1"),
    ],
)
def test_what_is_printed_is_only_seen(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert json.loads(printable_json({"a": text})) == {"a": text}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x9b\u202e]|##\w*\[", printable_json([text]))


def test_a_runner_is_told_nothing_by_file_names(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"::stop-commands::x.md": "## What?\n\n![](zz%0a::add-mask::x.png) ![](\u202egnp.x.png)\n"})
    for form in ("text", "github", "json"):
        result = run("check", root, "--format", form)
        lines = (result.stdout + result.stderr).splitlines()
        commands = [line for line in lines if line.lstrip().startswith("::")]
        assert all(re.match(r"::(?:warning|error|notice) file=", line) for line in commands), commands
        assert not any("\u202e" in line for line in lines)


def test_a_runner_is_told_nothing_by_questions(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": "## What is ##[error]a \x1b[31m?\n\nThis.\n\n## What is ::b::c?\n\n[bold]That.\n"})
    for call in (("plan",), ("outline",), ("outline", "--all"), ("plan", "--json"), ("outline", "--json"), ("check",)):
        result = run(*call, root)
        assert not re.search(r"##\w*\[|\x1b|(?m:^\s*::)", result.stdout + result.stderr)


def test_a_fault_of_our_own_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr("exporter.cli.arguments.read_decks", broken)
    monkeypatch.setattr("exporter.cli.commands.check.read_decks", broken)
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("error[make-deck-broken]: KeyError: ")
    assert "Traceback" not in said
    monkeypatch.setenv("MAKE_DECK_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["check"])


NOTE = "## What is this?\n\nThis.\n"
SECRET_NOTE = f"## What is the secret?\n\n{SECRET}\n"


def link_source(root: Path, outside: Path) -> None:
    (root / "source").symlink_to(outside)


def link_folder_of_source(root: Path, outside: Path) -> None:
    (root / "deck.toml").write_text('source = "a/notes"\n', encoding="utf-8")
    (root / "a").symlink_to(outside.parent)


def name_source(root: Path, outside: Path) -> None:
    (root / "deck.toml").write_text('source = "../notes"\n', encoding="utf-8")


def link_note(root: Path, outside: Path) -> None:
    (root / "source").mkdir()
    (root / "source" / "more.md").symlink_to(outside / "secret.md")


def link_settings(root: Path, outside: Path) -> None:
    (root / "deck.toml").unlink()
    (root / "deck.toml").symlink_to(outside / "secret.md")


def link_lock(root: Path, outside: Path) -> None:
    (root / "source").mkdir()
    (root / "source" / "more.md").write_text(NOTE, encoding="utf-8")
    (root / "deck.lock").symlink_to(outside / "secret.md")


def link_outputs(root: Path, outside: Path) -> None:
    (root / "dist").symlink_to(outside)


LINKS = [link_source, link_folder_of_source, name_source, link_note, link_settings, link_lock, link_outputs]


@pytest.mark.parametrize("attack", LINKS, ids=lambda attack: attack.__name__)
def test_a_deck_reads_and_writes_nothing_elsewhere(
    attack: Callable[[Path, Path], None], deck: Deck, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = deck({"secret.md": SECRET_NOTE}, "notes")
    root = deck({"deck.toml": "", "notes.md": NOTE})
    attack(root, outside)
    with pytest.raises(SystemExit) as ended:
        main(["build", str(root), "--only", "apkg", "-q"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert re.match(r"\S+: error\[[\w-]+\]: ", said), said
    assert SECRET not in said
    assert [file.name for file in outside.iterdir()] == ["secret.md"]


def test_a_new_deck_is_written_through_no_link(deck: Deck, capsys: pytest.CaptureFixture[str]) -> None:
    outside = deck({"secret.md": SECRET_NOTE}, "notes")
    root = deck({"x": ""})
    (root / ".gitignore").symlink_to(outside / "new")
    (root / "source").symlink_to(outside)
    with pytest.raises(SystemExit) as ended:
        main(["init", str(root)])
    assert ended.value.code == 1
    assert "leads out of the folder" in capsys.readouterr().err
    assert [file.name for file in outside.iterdir()] == ["secret.md"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_deck_toml_of_somebody_else_does_not_govern(deck: Deck) -> None:
    root = deck({"deck.toml": "", "mine/notes.md": NOTE})
    os.chown(root / "deck.toml", 12345, 12345)
    loaded = load_config(root / "mine")
    assert [diagnostic.code for diagnostic in loaded.diagnostics] == ["config-foreign"]
    assert [diagnostic.code for diagnostic in load_config(root).diagnostics] == ["source-missing"]  # it was asked for


@pytest.mark.parametrize(
    "place", ["deck.lock", "deck.toml", "source/notes.md", "source/a.png", ".make-deck/chapters", "dist"]
)
@pytest.mark.parametrize("kind", ["pipe", "circle", "folder", "device"])
def test_nothing_waits_on_what_is_no_file(
    place: str, kind: str, deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # without a deck.toml the outputs lie in the current folder
    root = deck({"deck.toml": "", "source/more.md": f"{NOTE}\n![](a.png)\n"})
    (root / place).unlink(missing_ok=True)
    (root / place).parent.mkdir(exist_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(root / place)
        case "circle":
            (root / place).symlink_to(root / place)
        case "folder":
            (root / place).mkdir()
        case "device":
            (root / place).symlink_to("/dev/zero")
    with pytest.raises(SystemExit) as ended:
        main(["build", str(root), "--only", "apkg", "-q"])
    assert ended.value.code in (0, 1)


ADDRESSES = {
    "a folder with a long name": "a" * 300 + "/x.png",
    "a long path": "a/" * 3000 + "x.png",
    "a null byte": "a%00b/x.png",
    "a name that is no text": "%ff%fe.png",
    "a way up": "../" * 300 + "etc/x.png",
    "a folder that is a file": "notes.md/x.png",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_is_no_place_is_said(name: str, deck: Deck) -> None:
    root = deck({"notes.md": f"{NOTE}\n![]({ADDRESSES[name]})\n"})
    config = load_config(root).value
    assert config
    (found,) = read_book(config, root / "dist").diagnostics
    assert found.code in ("image-missing", "image-outside")
    assert len(found.message) < 300


def test_a_file_name_that_is_no_text_is_shown(deck: Deck) -> None:
    root = deck({"notes.md": NOTE})
    (root / os.fsdecode(b"\xff\xfe.md")).write_text(NOTE, encoding="utf-8")
    sources = [re.sub("<[^>]*>", "", field) for fields in fields_of(root) for field in fields if ".md:1" in field]
    assert sources == ["notes.md:1", "\ufffd\ufffd.md:1"]


FORMULAS = [
    r"\href{javascript:alert(1)}{x}", r"\style{background:url(http://x)}{x}", r"\class{x}{y}", r"\cssId{x}{y}",
    r"\data{x=y}{z}", r"\require{html}", r"\mmlToken{mi}[href=x]{y}", r"\bbox[border:1px solid;background:url(x)]{y}",
    r"\color{red;background:url(x)}{y}", r"\unicode[x;background:url(y)]{65}", r"\setOptions[tex]{x}",
    r"\newcommand{\x}[1]{\#1}\x{href}{javascript:alert(1)}{y}", r"\def\x{\href}\x{javascript:alert(1)}{y}",
    "\\\nhref{x}{y} \\href{x}{y}", r"\text{\href{x}{y}}", r"\enclose{circle}[mathbackground='url(x)']{y}",
]  # fmt: skip


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_only_shows(tex: str, deck: Deck) -> None:
    one = re.sub(r"\n", " ", tex)
    for note in (f"{NOTE}\n${one}$\n", f"{NOTE}\n$$\n{one}\n$$\n", f"{NOTE}\n```math\n{one}\n```\n"):
        ((*fields,),) = fields_of(deck({"notes.md": note}))
        shown = re.sub(r"<(code)\b.*?</\1>", "", "".join(fields), flags=re.DOTALL)
        assert r"\(" not in shown, shown
        assert r"\[" not in shown, shown


@pytest.mark.parametrize(
    "tex", [r"\color{red}{x}", r"\bbox[5px,border:2px solid red]{x}", r"\\ref", r"\text{a; b}", r"\ce{H2O}"]
)
def test_an_ordinary_formula_is_let_through(tex: str) -> None:
    assert refused_word(tex) is None


REPEATED = {
    "a long title": "# " + "t" * 16_000 + "\n\n" + NOTE * 1000,
    "a footnote": "".join(f"## What is {n}?\n\nThis.[^1]\n\n" for n in range(500)) + "[^1]: " + "f" * 20_000 + "\n",
    "a link": "".join(f"## What is {n}?\n\n[This] is.\n\n" for n in range(500))
    + "[This]: https://x.org/"
    + "f" * 20_000,
    "tags": "---\ntags: [" + ", ".join("t" * 190 + str(n) for n in range(99)) + "]\n---\n" + NOTE * 900,
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_file_does_not_grow_on_cards(name: str, deck: Deck) -> None:
    root = deck({"notes.md": REPEATED[name]})
    config = load_config(root).value
    assert config
    book = read_book(config, root / "dist")
    plan = plan_edition(book.value, config, root / "none.lock", 1_760_000_000)
    made = sum(len(part) for note in plan.value.plan.notes for part in (*note.fields, *note.tags, note.deck))
    too_large = [diagnostic.code for diagnostic in plan.diagnostics if diagnostic.code == "expansion-too-large"]
    assert too_large or made < 20 * len(REPEATED[name]) + 1_000_000
    assert made < 60 * len(REPEATED[name]) + 3_000_000


def test_a_user_allows_more_and_a_deck_does_not(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    root = deck({"deck.toml": "[limits]\nnotes = 20000\n", "source/a.md": NOTE})
    assert run("check", root).returncode == 1
    assert run("check", root, "--limit", "notes=30000").returncode == 0
    assert run("check", root, "--limit", "note=30000").returncode == 2
    deck({"make-deck/config.toml": "fetch = true\n[limits]\nnotes = 30000\n"}, "settings")
    config = load_config(root).value
    assert config
    assert (config.limits.notes, config.fetch) == (20_000, True)
    deck({"make-deck/config.toml": "title = 'x'\n"}, "settings")
    assert [diagnostic.code for diagnostic in load_config(root).diagnostics] == ["config-unknown-key"]


HEADERS = {
    "an icon": b"\0\0\1\0\1\0\0\0\0\0\1\0\x20\0\x10\0\0\0\x16\0\0\0" + png(40_000, 40_000),
    "a DDS": b"DDS |\0\0\0" + b"\xff" * 200,
    "a TIFF": b"II*\0\x08\0\0\0" + b"\xff" * 200,
    "an AVIF": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\xff" * 200,
    "a SPIDER": struct.pack("<26f", *[1.0] * 26) * 20,
    "a WebP": b"RIFF\xff\0\0\0WEBPVP8X" + b"\xff" * 60,
    "a GIF": b"GIF89a" + b"\xff" * 60,
    "a JPEG": b"\xff\xd8\xff\xe0" + b"\xff" * 60,
    "a BMP": b"BM" + b"\xff" * 90,
    "a PSD": b"8BPS\0\1" + b"\xff" * 90,
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_broken_header_is_no_picture(name: str, deck: Deck) -> None:
    root = deck({"notes.md": f"{NOTE}\n![](x.png)\n", "x.png": HEADERS[name]})
    config = load_config(root).value
    assert config
    (found,) = read_book(config, root / "dist").diagnostics
    assert found.code in ("image-invalid", "image-too-large")


@pytest.fixture
def stranger(run: Run, deck: Deck) -> tuple[Path, str]:
    """A deck in a repository whose lock was built, and the lock."""
    root = deck({"deck.toml": "", "source/a.md": NOTE})
    assert run("build", root, "--only", "apkg").returncode == 0
    _git(root, "init", "-q")
    return root, (root / "deck.lock").read_text(encoding="utf-8")


def _git(root: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True).stdout


def _commit(root: Path, lock: str) -> None:
    (root / "deck.lock").write_text(lock, encoding="utf-8")
    _git(root, "add", "deck.lock")
    _git(root, "commit", "-qm", "an edition")


@pytest.mark.parametrize("mod", ["9" * 30, "9" * 5000, "253402300800"])
def test_a_time_in_the_history_that_is_none_is_not_kept(mod: str, stranger: tuple[Path, str], run: Run) -> None:
    root, lock = stranger
    _commit(root, re.sub(r'("digest": "[0-9a-f]*", "mod": )\d+', rf"\g<1>{mod}", lock))
    (root / "deck.lock").write_text(lock, encoding="utf-8")
    (root / "source" / "a.md").write_text(f"{NOTE}\n## What is new?\n\nThis.\n", encoding="utf-8")
    assert run("build", root, "--only", "apkg").returncode == 0
    assert read_lock(root / "deck.lock", "deck.lock").diagnostics == ()


def test_a_large_file_of_the_history_is_not_read(stranger: tuple[Path, str]) -> None:
    root, lock = stranger
    _commit(root, lock)
    assert [len(data) for data in _committed(root / "deck.lock")] == [len(lock.encode())]
    _commit(root, lock + "\n" * 50_000_000)
    assert list(_committed(root / "deck.lock")) == []


def test_a_repository_starts_nothing(stranger: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    root, lock = stranger
    _commit(root, lock)
    blob = _git(root, "rev-parse", "HEAD:deck.lock").decode().strip()
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    ran = root / "ran"
    for name, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "evil",
        "remote.evil.promisor": "true",
        "remote.evil.url": str(root),
        "remote.evil.uploadpack": f"touch '{ran}'; git-upload-pack",
        "protocol.file.allow": "always",
    }.items():
        _git(root, "config", name, value)
    subprocess.run(["git", "cat-file", "blob", blob], cwd=root, check=False, capture_output=True)
    assert ran.exists()  # so the trap is one
    ran.unlink()
    monkeypatch.setitem(git._QUIET, "GIT_NO_LAZY_FETCH", "0")  # as for a git that does not know it
    assert list(_committed(root / "deck.lock")) == []
    assert not ran.exists()


def _bomb(root: Path) -> None:
    """A branch whose tree holds itself ten times, nine times over."""
    blob = _git(root, "hash-object", "-w", "deck.toml").decode().strip()
    listing = "".join(f"100644 blob {blob}\tf{n}\n" for n in range(10))
    for _ in range(9):
        tree = subprocess.run(["git", "mktree"], cwd=root, input=listing.encode(), capture_output=True, check=True)
        listing = "".join(f"040000 tree {tree.stdout.decode().strip()}\td{n}\n" for n in range(10))
    tree = subprocess.run(["git", "mktree"], cwd=root, input=listing.encode(), capture_output=True, check=True)
    commit = _git(root, "commit-tree", tree.stdout.decode().strip(), "-m", "x").decode().strip()
    _git(root, "update-ref", "refs/heads/bomb", commit)


def test_a_tree_without_end_is_not_listed(stranger: tuple[Path, str], run: Run) -> None:
    root, lock = stranger
    _commit(root, lock)
    _bomb(root)
    result = run("plan", root, "--against", "bomb")
    assert result.returncode == 1
    assert 'error[revision-missing]: "bomb": it holds more files than a deck has' in result.stderr


def test_a_small_repository_fills_no_disk(stranger: tuple[Path, str], run: Run) -> None:
    root, lock = stranger
    _commit(root, lock)
    (root / "zeros.png").write_bytes(bytes(20_000_000))
    blob = _git(root, "hash-object", "-w", "zeros.png").decode().strip()
    (root / "zeros.png").unlink()
    for n in range(7):
        _git(root, "update-index", "--add", "--cacheinfo", f"100644,{blob},{n}.png")
    _git(root, "commit", "-qm", "zeros")
    result = run("plan", root, "--against", "HEAD")
    assert result.returncode == 1
    assert re.search(r'error\[revision-missing\]: "HEAD": it holds more than 1[0-3]\d,\d{3},\d{3} bytes', result.stderr)


def test_one_content_under_many_names_is_one_file(stranger: tuple[Path, str], tmp_path: Path) -> None:
    root, lock = stranger
    for n in range(50):
        (root / "source" / f"{n}.md").write_text(NOTE, encoding="utf-8")
    _git(root, "add", ".")
    _commit(root, lock)
    load = load_config(root).value
    assert load
    _check_out(load, find_commit(root, "HEAD"), tmp_path / "there")
    notes = [*(tmp_path / "there" / "source").glob("[0-9]*.md")]
    assert len(notes) == 50
    assert {file.read_text(encoding="utf-8") for file in notes} == {NOTE}
    assert len({file.stat().st_ino for file in notes}) == 1


def test_one_text_of_many_names_is_not_read_for_each(stranger: tuple[Path, str], run: Run) -> None:
    root, lock = stranger
    for n in range(600):
        (root / "source" / f"many{n}.md").write_text(f"{NOTE}{'x ' * 5_000}", encoding="utf-8")
    _git(root, "add", ".")
    _commit(root, lock)
    for file in (root / "source").glob("many*.md"):
        file.unlink()
    assert "which is many times what git stores" in run("plan", root, "--against", "HEAD").stderr


def test_what_large_file_storage_adds_counts(
    stranger: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    root, lock = stranger
    whole = b"\x89PNG" * 1_000
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{hashlib.sha256(whole).hexdigest()}\nsize 4000\n"
    for n in range(9):
        (root / f"{n}.png").write_text(pointer, encoding="utf-8")
    _git(root, "add", ".")
    _commit(root, lock)
    (root / "3.png").write_bytes(whole)
    assert run("plan", root, "--against", "HEAD").returncode == 0
    monkeypatch.setattr(against, "_MOST_BYTES", 9 * 4_000)
    assert "it holds more than 36,000 bytes" in run("plan", root, "--against", "HEAD").stderr


def _gitdir(root: Path, other: Path) -> None:
    (root / ".git").write_text(f"gitdir: {other / '.git'}\n", encoding="utf-8")


def _link(root: Path, other: Path) -> None:
    (root / ".git").symlink_to(other / ".git")


def _common(root: Path, other: Path) -> None:
    _git(root, "init", "-q")
    (root / ".git" / "commondir").write_text(f"{other / '.git'}\n", encoding="utf-8")


def _false_worktree(root: Path, other: Path) -> None:
    (root / "worktrees" / "x").mkdir(parents=True)
    shutil.copy(other / ".git" / "HEAD", root / "worktrees" / "x" / "HEAD")
    (root / "worktrees" / "x" / "commondir").write_text(f"{other / '.git'}\n", encoding="utf-8")
    (root / "worktrees" / "x" / "gitdir").write_text(f"{root / '.git'}\n", encoding="utf-8")
    (root / ".git").write_text("gitdir: worktrees/x\n", encoding="utf-8")


def _alternates(root: Path, other: Path) -> None:
    _git(root, "clone", "-q", "--bare", "--shared", str(other), ".git")
    _git(root, "config", "core.bare", "false")


def _linked_objects(root: Path, other: Path) -> None:
    shutil.copytree(other / ".git", root / ".git", ignore=shutil.ignore_patterns("??"))
    for folder in (other / ".git" / "objects").glob("??"):
        (root / ".git" / "objects" / folder.name).symlink_to(folder)


@pytest.mark.parametrize("lead", [_gitdir, _link, _common, _false_worktree, _alternates, _linked_objects])
def test_no_other_repository_is_read(
    lead: Callable[[Path, Path], None], stranger: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    other, lock = stranger
    _commit(other, lock)
    root = shutil.copytree(other, tmp_path / "unpacked", ignore=shutil.ignore_patterns(".git"))
    lead(root, other)
    assert _git(root, "cat-file", "blob", "HEAD:deck.lock").decode() == lock  # so it would be read
    result = run("plan", root, "--against", "HEAD", "--json")
    assert result.returncode == 1
    assert "error[revision-missing]" in result.stderr
    assert "elsewhere" in result.stderr
    assert "hint: " in result.stderr
    assert list(_committed(root / "deck.lock")) == []


def test_worktrees_and_submodules_are_the_folders_own(stranger: tuple[Path, str], tmp_path: Path) -> None:
    root, lock = stranger
    _commit(root, lock)
    _git(root, "worktree", "add", "-q", str(tmp_path / "beside"))
    assert [data.decode() for data in _committed(tmp_path / "beside" / "deck.lock")] == [lock]
    outer = tmp_path / "outer"
    outer.mkdir()
    _git(outer, "init", "-q")
    _git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(root), "deck")
    assert (outer / "deck" / ".git").is_file()
    assert [data.decode() for data in _committed(outer / "deck" / "deck.lock")] == [lock]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX's")
def test_git_that_waits_is_asked_once(
    stranger: tuple[Path, str], run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root, lock = stranger
    _commit(root, lock)
    os.mkfifo(tmp_path / "pipe")
    with (root / ".git" / "config").open("a", encoding="utf-8") as settings:
        settings.write(f"[include]\n\tpath = {tmp_path / 'pipe'}\n")
    monkeypatch.setattr(git, "_SECONDS_TO_BEGIN", 0.2)
    begin = time.monotonic()
    assert run("build", root, "--only", "apkg").returncode == 0
    assert run("plan", root, "--against", "HEAD").returncode == 1
    assert time.monotonic() - begin < 15


def test_a_file_of_git_lfs_is_read_as_any_other(stranger: tuple[Path, str], run: Run, tmp_path: Path) -> None:
    root, lock = stranger
    secret = f"## What is secret?\n\n{SECRET}\n"
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{hashlib.sha256(secret.encode()).hexdigest()}\n"
    (root / "source" / "b.md").write_text(f"{pointer}size {len(secret)}\n", encoding="utf-8")
    _git(root, "add", ".")
    _commit(root, lock)
    (root / "source" / "b.md").unlink()
    (tmp_path / "secret.md").write_text(secret, encoding="utf-8")
    (root / "source" / "b.md").symlink_to(tmp_path / "secret.md")
    assert "secret" not in run("plan", root, "--against", "HEAD").stdout
    (root / "source" / "b.md").unlink()
    with (root / "source" / "b.md").open("wb") as sparse:
        sparse.truncate(6_000_000_000)
    load = load_config(root).value
    assert load
    assert _whole(pointer.encode() + b"size 5\n", ["source/b.md"], load) == pointer.encode() + b"size 5\n"


@pytest.mark.parametrize("link", [".github", ".github/workflows", ".gitlab", ".forgejo"])
def test_workflows_are_written_through_no_link(link: str, stranger: tuple[Path, str], run: Run, tmp_path: Path) -> None:
    root, _ = stranger
    (tmp_path / "victim").mkdir()
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(tmp_path / "victim")
    service = link.removeprefix(".git" if "hub" in link or "lab" in link else ".").split("/")[0]
    result = run("init", root, "--workflow", {"hub": "github", "lab": "gitlab"}.get(service, service), "--install", "x")
    assert "error[output-unwritable]" in result.stderr
    assert [*(tmp_path / "victim").iterdir()] == []


def test_what_is_left_out_is_found_in_linear_time() -> None:
    before = time.thread_time()
    assert not read_patterns(["a*" * 12 + "b", "**/a" * 12 + "b"]).match_file("a/" * 100 + "a" * 250)
    assert time.thread_time() - before < 1


TABLES = {"anki": AnkiConfig, "print": PrintConfig, "print.quiz": QuizConfig, "print.flashcards": FlashcardsConfig}
NUMBERS = [(table, f.name) for table, kind in TABLES.items() for f in fields(kind) if f.type in ("int", "float")]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "9" * 400, "-" + "9" * 400])
@pytest.mark.parametrize(("table", "name"), [*NUMBERS, ("limits", "notes")], ids=str)
def test_no_number_is_without_end(table: str, name: str, value: str, deck: Deck) -> None:
    root = deck({"deck.toml": f"[{table}]\n{name} = {value}\n", "source/a.md": NOTE})
    assert "config-invalid" in [diagnostic.code for diagnostic in load_config(root).diagnostics]


def test_decks_have_an_end(deck: Deck) -> None:
    decks = "".join(f'[decks.d{n}]\ninclude = ["*"]\n' for n in range(3_000))
    root = deck({"deck.toml": decks, "source/a.md": NOTE})
    assert [diagnostic.code for diagnostic in load_config(root).diagnostics] == ["config-invalid"]


MANY = {
    "unknown keys": "".join(f"k{n} = 1\n" for n in range(20_000)),
    "what is no pattern": "exclude = [" + '"!", ' * 20_000 + "]",
    "names that are none": "".join(f'[decks."a/{n}"]\ninclude = ["*"]\n' for n in range(20_000)),
    "rules that are none": "[questions]\n" + "".join(f'"k{n}" = "x"\n' for n in range(20_000)),
    "macros": "[math.macros]\n" + "".join(f'k{n} = "x"\n' for n in range(20_000)),
    "patterns of gaps": "[spaced_repetition]\nclozes = [" + '"<<answer>>", ' * 20_000 + "]",
    "decks by tag": "[anki.decks]\n" + "".join(f'"#k{n}" = "x"\n' for n in range(20_000)),
    "placeholders": 'source_url = "https://example.org/' + "{a}" * 20_000 + '"',
}


@pytest.mark.parametrize("what", MANY)
def test_few_of_many_faults_are_told(what: str, deck: Deck) -> None:
    root = deck({"deck.toml": MANY[what], "source/a.md": NOTE})
    before = time.thread_time()
    assert 1 <= len(load_config(root).diagnostics) <= 20
    assert time.thread_time() - before < 5


def test_few_of_many_rules_without_a_file_are_told(deck: Deck) -> None:
    rules = "".join(f'"folder/note{n}.md" = "list"\n' for n in range(900))
    root = deck({"deck.toml": f"[questions]\n{rules}", **{f"source/file{n}.md": NOTE for n in range(100)}})
    config = load_config(root).value
    assert config
    before = time.thread_time()
    assert len([*check_rules(config, find_notes(config))]) == 20
    assert time.thread_time() - before < 10


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a]"])
def test_what_is_no_pattern_is_said(pattern: str, deck: Deck) -> None:
    root = deck({"deck.toml": f"exclude = [{json.dumps(pattern)}]\n", "source/a.md": NOTE})
    assert [diagnostic.code for diagnostic in load_config(root).diagnostics] == ["config-invalid"]


def test_a_file_name_that_is_no_text_may_be_left_out(tmp_path: Path) -> None:
    names = [b"a.md", b"b\xff.md"]
    try:
        for name in names:
            (tmp_path / os.fsdecode(name)).write_text(NOTE, encoding="utf-8")
    except OSError:
        pytest.skip("names of files are text here")
    assert [file.name for file in find_notes(Config(source_path=tmp_path, exclude=("b*",)))] == ["a.md"]


@pytest.mark.parametrize("latest", ['"mod": 253402300799', '"born": 253402300799, "edition": 253402300799'])
def test_the_last_second_breaks_no_lock(latest: str, stranger: tuple[Path, str], run: Run) -> None:
    root, lock = stranger
    pattern = r'"mod": \d+' if "mod" in latest else r'"born": 1, "edition": 1'
    changed, count = re.subn(pattern, latest, lock)
    assert count
    (root / "deck.lock").write_text(changed, encoding="utf-8")
    (root / "source" / "a.md").write_text(f"{NOTE}\nMore.\n", encoding="utf-8")
    for _ in range(2):
        result = run("build", root, "--only", "apkg")
        assert result.returncode == 0, result.stderr
    assert read_lock(root / "deck.lock", "deck.lock").diagnostics == ()


@pytest.mark.parametrize("names", [["/../../../x"], ["..\\x"], [""], ["A", "a"], [str(n) for n in range(60)]])
def test_a_sheet_of_a_test_has_a_name_and_no_place(names: list[str], deck: Deck, run: Run) -> None:
    root = deck({"deck.toml": f"[print.test]\nversions = {json.dumps(names)}\n", "source/a.md": NOTE})
    result = run("build", root, "--only", "test")
    assert (result.returncode, "deck.toml:2:1: error[config-invalid]" in result.stderr) == (1, True)
    assert not list(root.parent.rglob("*.pdf"))


@pytest.mark.parametrize("where", ["deck.toml", "front matter", "heading", "file tags"])
def test_no_card_has_tags_without_end(where: str, run: Run, deck: Deck) -> None:
    many = [f"t{n}" for n in range(2_000)]
    text = "## What is this?\n\nThis.\n" * 100
    tags = " ".join(f"#{tag}" for tag in many)
    files = {
        "deck.toml": {"deck.toml": f"[anki]\ntags = {json.dumps(many)}\n", "source/a.md": text},
        "front matter": {"deck.toml": "", "source/a.md": f"---\ntags: [{', '.join(many)}]\n---\n\n{text}"},
        "heading": {"deck.toml": "", "source/a.md": f"# A {tags}\n\n{text}"},
        "file tags": {"deck.toml": "", "source/a.md": f"FILE TAGS: {' '.join(many)}\n\n{text}"},
    }[where]
    root = deck(files)
    if where == "deck.toml":
        assert '"tags" has 2,000 entries, and 50 are the most' in run("check", root).stderr
        return
    assert all(len(fields) < 150 for fields in fields_of(root))
    if where == "front matter":
        assert '"tags" has 2,000 entries, and the first 100 are read' in run("check", root).stderr
