"""Few doors: files are opened, listed and written, pictures, databases and archives read in the modules named here; and
only those named here call HTML what they did not write themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.test_house import EXPORTER, MODULES

READS = {"open", "read_bytes", "read_text", "walk", "scandir", "iterdir", "glob", "rglob", "listdir"}
WRITES = {
    "write_bytes",
    "write_text",
    "touch",
    "mkdir",
    "symlink_to",
    "copyfile",
    "copy2",
    "copytree",
    "rmtree",
    "unlink",
}
PARSERS = {"tomllib.loads", "Image.open", "sqlite3.connect", "zipfile.ZipFile", "pikepdf.open", "Popen", "urlopen"}

EXCEPTIONS = {
    "machinery/plain_files.py": "the door in",
    "machinery/whole_files.py": "the door out",
    "machinery/toml_text.py": "the door of TOML",
    "machinery/strange_databases.py": "the door of databases",
    "machinery/workers.py": "its own temporary folder, and os.devnull",
    "machinery/cache.py": "its own entries, which are signed; the key in the user's folder",
    "media/pictures.py": "the door of pictures",
    "machinery/git.py": "the door of git",
    "media/download.py": "the door of the network",
    "markup/math/mathjax.py": "our own scripts",
    "cards/apkg.py": "writes an archive and a database in memory",
    "editions/packages.py": "the door of packages",
    "pipeline/build.py": "removes the caches that it made itself",
    "pipeline/unchanged.py": "names, sizes and times of files, which it does not open",
    "print/press/cards.py": "PDFs of our own, in memory",
    "print/press/binding.py": "PDFs of our own, in memory",
    "print/press/imposition.py": "PDFs of our own, in memory",
    "print/press/page_number_fields.py": "PDFs of our own, in memory",
    "print/press/mirroring.py": "PDFs of our own, in memory",
    "print/press/typeset.py": "PDFs of our own, in memory",
    "push/last_push.py": "the user's own folder",
    "push/ankiconnect.py": "the user's own folder",
    "push/sync_server.py": "the user's own folder",
    "push/ankiconnect_protocol.py": "the door to AnkiConnect",
    "watch/server.py": "our own page",
    "reading/page/vocabulary.py": "our own files",
    "reading/detection/choice.py": "our own weights",
    "reading/detection/notes_or_project.py": "our own words",
    "cli/explanations.py": "our own files",
    "cli/workflows.py": "what pip wrote down of this installation",
    "cli/commands/clean.py": "removes the deck's caches",
}
"""Who may call them, and why."""

MAKERS = {
    "machinery/html_text.py": "escapes",
    "markup/html/sanitiser.py": "sanitises",
    "markup/html/code.py": "what Pygments wrote, which escapes",
    "cards/anki_syntax.py": "the door to Anki",
    "cards/chapter_fields.py": "what it kept itself, which is signed",
    "print/pages/kept_chapters.py": "what it kept itself, which is signed",
    "print/pages/appearance.py": "what Jinja wrote, which escapes",
    "print/pages/test_tasks.py": "cells and items of HTML",
    "watch/anki_templates.py": "text of templates, which were looked at",
}
"""Who makes `Html` or `FieldHtml` of a text that is no constant, and why."""


def name_of(call: ast.Call) -> tuple[str, str]:
    """The last name of what is called, and the last two."""
    match call.func:
        case ast.Name(id=name):
            return name, name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return name, f"{owner}.{name}"
        case ast.Attribute(attr=name):
            return name, name
    return "", ""


def calls(path: Path) -> set[str]:
    found = (
        name_of(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    )
    return {
        both for last, both in found
        if (last in READS | WRITES and both not in ("ast.walk", "plain_files.walk", "walk")) or both in PARSERS or last in PARSERS
    }  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_files_go_through_the_doors(path: Path) -> None:
    name = path.relative_to(EXPORTER).as_posix()
    assert name in EXCEPTIONS or calls(path) == set()


def test_no_exception_is_older_than_its_reason() -> None:
    assert {name for name in EXCEPTIONS if not calls(EXPORTER / name)} == set()


def makes_html(path: Path) -> bool:
    found = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return any(
        name_of(call)[0] in ("Html", "FieldHtml") and not all(isinstance(given, ast.Constant) for given in call.args)
        for call in found
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_html_is_made_by_escaping_and_sanitising(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(EXPORTER).as_posix()
    assert makes_html(path) == (name in MAKERS)
    assert name == "machinery/html_text.py" or not re.search(r"html\.escape|markupsafe|autoescape=False", text)
