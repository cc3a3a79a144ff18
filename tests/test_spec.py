"""`tests/spec/markdown/*.md`: what goes in, and the HTML that comes out on a card (or on a page)."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from exporter.markup.html import Target, render_tokens
from exporter.model import Asset
from exporter.reading.markdown import parse
from exporter.source import SourceFile

FOLDER = Path(__file__).parent / "spec" / "markdown"
CASE = re.compile(r"^## (?P<title>.+?)\n(?P<body>(?:~~~~ .*?\n~~~~\n|(?!## )[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^~~~~ (?P<kind>\w+)\n(?P<text>.*?)\n?^~~~~$", re.MULTILINE | re.DOTALL)


def cases() -> list[pytest.ParameterSet]:
    found = []
    for file in sorted(FOLDER.glob("*.md")):
        for case in CASE.finditer(file.read_text(encoding="utf-8")):
            blocks = {m["kind"]: m["text"] for m in BLOCK.finditer(case["body"])}
            found.append(pytest.param(file, case["title"], blocks, id=f"{file.stem}: {case['title']}"))
    return found


def asset(address: str) -> Asset | None:
    """Every image is there but those whose name says otherwise."""
    return None if "missing" in address else Asset(Path(address), address, "image/png", "0" * 64, 40, 30)


CARD = Target(
    asset,
    lambda found: found.name,
    lambda tex, display: rf"\[{html.escape(tex)}\]" if display else rf"\({html.escape(tex)}\)",
    lambda href: href if href.startswith("http") else None,
)


@pytest.mark.parametrize(("file", "title", "blocks"), cases())
def test_markdown(file: Path, title: str, blocks: dict[str, str], request: pytest.FixtureRequest) -> None:
    source = SourceFile.from_text("notes.md", Path("notes.md"), blocks["input"].replace("·", " "))
    parsed = parse(source)
    card = render_tokens(parsed.value, CARD)
    says = "\n".join(f"{d.span.line}:{d.span.col} {d.code}" for d in parsed.diagnostics if d.span)
    if request.config.getoption("--rewrite"):
        rewrite(file, title, card, says)
        return
    assert card == blocks["card"].strip()
    assert says == blocks.get("says", "").strip()


def rewrite(file: Path, title: str, card: str, says: str) -> None:
    """Put the outcome of one case into its file."""
    text = file.read_text(encoding="utf-8")
    case = next(case for case in CASE.finditer(text) if case["title"] == title)
    kept = re.sub(r"\n~~~~ (?:card|says)\n.*?^~~~~$\n?", "", case[0], flags=re.MULTILINE | re.DOTALL).rstrip()
    outcome = f"\n\n~~~~ card\n{card}\n~~~~\n" + (f"\n~~~~ says\n{says}\n~~~~\n" if says else "")
    file.write_text(text.replace(case[0], f"{kept}{outcome}\n"), encoding="utf-8")
