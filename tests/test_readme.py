"""What README, CONTRIBUTING and docs/ say is so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from exporter.cli import commands
from exporter.config import Config, load_config
from exporter.config.toml import key_names
from tests.conftest import ROOT, Deck, Run

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BUILD = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/make-deck build"
TEST = "python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/pytest"


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(README.split()) <= 1800


def test_the_two_commands_are_told_word_for_word() -> None:
    assert f"```bash\n{BUILD}\n```" in README
    assert f"```bash\n{TEST}\n```" in README
    assert BUILD in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    for file in Path(commands.__path__[0]).glob("[a-z]*.py"):
        name = file.stem.replace("_", "-")
        assert f"| `make-deck {name}" in README, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^(`{3,4})\w*\n.*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        assert (page.parent / link).exists(), link
    for path in re.findall(r"`((?:exporter|tests|templates|docs|\.ci)/[\w/.-]+)`", text):
        assert (ROOT / path).exists() or "mine" in path, path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_installed_from_an_index_that_does_not_have_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for installed in re.findall(r"(?:pipx?|uv) install ((?:-\S+ )*\S+)", text):
        assert re.fullmatch(r"(?:-\S+ )*['\"]?\.(?:\[\w+\])?['\"]?[`.,;]*", installed), installed


def test_the_sixty_seconds_go_as_they_are_told(run: Run, deck: Deck, request: pytest.FixtureRequest) -> None:
    block = re.search(r"^````console\n(.*?)^````$", README, re.MULTILINE | re.DOTALL)
    assert block
    (first, note), *calls = [part.split("\n", 1) for part in block[1].split("$ ")[1:]]
    picture = (ROOT / "imgs" / "readme" / "cards.png").read_bytes()
    root = deck({first.removeprefix("cat "): note, "notes/imgs/扩散模型图.png": picture}, ".")
    results = [(call, run(*call.split()[1:], cwd=root)) for call, _ in calls]
    said = [f"$ {call}\n{result.stderr}{result.stdout}" for call, result in results]
    if request.config.getoption("--rewrite"):
        told = "\n".join([f"$ {first}\n{note.rstrip()}\n", *said])
        (ROOT / "README.md").write_text(README.replace(block[1], told), encoding="utf-8")
        return
    assert without_sizes("\n".join(said)) == without_sizes("$ " + block[1].split("$ ", 2)[2])


def without_sizes(text: str) -> str:
    return re.sub(r"\([\d.]+ kB\)", "(kB)", text).rstrip()


def keys(kind: object, table: str = "") -> Iterator[str]:
    """The tables and keys that a settings dataclass stands for."""
    for field in fields(kind):
        value = getattr(kind, field.name)
        if is_dataclass(value):
            yield from keys(value, f"{table}{field.name}.")
        elif field.name in key_names(type(kind)):
            yield f"{table}{field.name}"


def test_every_setting_is_shown_with_its_default(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    block = re.search(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "deck.toml").write_text(block[1], encoding="utf-8")
    (tmp_path / "source").mkdir()
    loaded = load_config(tmp_path)
    assert loaded.diagnostics == ()
    assert loaded.value
    plain = Config()
    places = {"name": loaded.value.name, "root": tmp_path, "source_path": tmp_path / "source"}
    assert replace(loaded.value, file=None) == replace(plain, **places)
    table, shown = "", set()
    for line in block[1].splitlines():
        if header := re.match(r"\[(.*?)\]", line):
            table = f"{header[1]}."
            shown.add(header[1])
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            shown.add(f"{table}{key[1]}")
    assert set(keys(plain)) <= shown


def test_the_examples_of_how_notes_may_look_are_read(run: Run, deck: Deck) -> None:
    examples = re.findall(r"```markdown\n(.*?)```", (ROOT / "docs" / "notes.md").read_text(encoding="utf-8"), re.DOTALL)
    deck({f"{number}.md": example for number, example in enumerate(examples)}, ".")
    counts = [len(file["cards"]) for file in json.loads(run("outline", ".", "--json").stdout)["files"]]
    assert sorted(counts) == [0, 1, 2, 3, 3, 3, 3, 5]
