"""`tests/spec/markdown/*.md`: what goes in, and the HTML that comes out on a card (or on a page)."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.machinery.html_text import Html
from exporter.markup.html import Target, render_tokens
from exporter.model import Asset
from exporter.reading.markdown import parse
from exporter.source import SourceFile
from tests.spec_cases import cases, rewrite

FOLDER = Path(__file__).parent / "spec" / "markdown"


def asset(address: str) -> Asset | None:
    """Every image is there but those whose name says otherwise."""
    return None if "missing" in address else Asset(Path(address), address, "image/png", "0" * 64, 40, 30)


CARD = Target(
    asset,
    lambda found: found.name,
    lambda tex, display: Html(r"\[{}\]" if display else r"\({}\)").format(tex),
    lambda href: href if href.startswith("http") else None,
)


@pytest.mark.parametrize(("file", "title", "blocks"), cases(FOLDER))
def test_markdown(file: Path, title: str, blocks: dict[str, str], request: pytest.FixtureRequest) -> None:
    source = SourceFile.from_text("notes.md", Path("notes.md"), blocks["input"].replace("·", " "))
    parsed = parse(source)
    card = render_tokens(parsed.value, CARD)
    says = "\n".join(f"{d.span.line}:{d.span.col} {d.code}" for d in parsed.diagnostics if d.span)
    if request.config.getoption("--rewrite"):
        rewrite(file, title, {"card": card, "says": says}, "card|says")
        return
    assert card == blocks["card"].strip()
    assert says == blocks.get("says", "").strip()
