"""Cards of the showcase, the seed and the book, in Anki's own reviewer page, in six modes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.anki_view import ViewerMissingError, check_package
from tests.conftest import Run


def findings(apkg: Path, cards: list[int] | None = None) -> list[str]:
    try:
        return [str(finding) for finding in check_package(apkg, cards=cards)]
    except ViewerMissingError as reason:
        pytest.skip(str(reason))


def test_every_card_of_the_showcase_is_clean(showcase: Path) -> None:
    assert findings(showcase / "ai-video.apkg") == []


@pytest.mark.slow
def test_every_card_of_the_seed_is_clean(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("build", corpus / "seed" / "ai-video.md", "-o", "out", "--only", "apkg")
    assert findings(tmp_path / "out" / "ai-video.apkg") == []
