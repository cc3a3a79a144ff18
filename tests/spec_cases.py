"""The cases of `tests/spec/*/*.md`: a title, and `~~~~` blocks of what goes in and what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CASE = re.compile(r"^## (?P<title>.+?)\n(?P<body>(?:~~~~ .*?\n~~~~\n|(?!## )[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^~~~~ (?P<kind>\w+)\n(?P<text>.*?)\n?^~~~~$", re.MULTILINE | re.DOTALL)


def cases(folder: Path) -> list[pytest.ParameterSet]:
    """The file, the title and the blocks, by kind, of each case of a folder."""
    found = []
    for file in sorted(folder.glob("*.md")):
        for case in CASE.finditer(file.read_text(encoding="utf-8")):
            blocks = {m["kind"]: m["text"] for m in BLOCK.finditer(case["body"])}
            found.append(pytest.param(file, case["title"], blocks, id=f"{file.stem}: {case['title']}"))
    return found


def rewrite(file: Path, title: str, outcome: dict[str, str], kinds: str) -> None:
    """Put the outcome of one case into its file, for blocks whose kind is one of `kinds` (a|b). Empty ones are left out."""
    text = file.read_text(encoding="utf-8")
    case = next(case for case in CASE.finditer(text) if case["title"] == title)
    kept = re.sub(rf"\n~~~~ (?:{kinds})\n.*?^~~~~$\n?", "", case[0], flags=re.MULTILINE | re.DOTALL).rstrip()
    blocks = "\n".join(f"~~~~ {kind}\n{said}\n~~~~\n" for kind, said in outcome.items() if said)
    file.write_text(text.replace(case[0], f"{kept}\n\n{blocks}\n"), encoding="utf-8")
