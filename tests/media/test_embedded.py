"""Pictures that stand in the notes as `data:` addresses are in the deck and on paper, once."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from tests.conftest import Deck, Run
from tests.printed import open_pdf


def png(colour: str = "red", **text: str) -> bytes:
    out = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    Image.new("RGB", (40, 30), colour).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(out, "WEBP")
    return out.getvalue()


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_pictures_in_the_notes_are_decoded_checked_and_stored_once(run: Run, deck: Deck, tmp_path: Path) -> None:
    code = base64.b64encode(png()).decode()
    notes = (
        f"# D\n\n## 1. What is this?\n\n![](data:image/png;base64,{code})\n\nRed.\n\n## 2. And this?\n\n![a][ref] too.\n\n"
        f"## 3. And that?\n\n![](data:image/png;base64,{code[:40]}!)\n\nNothing.\n\n[ref]: data:image/png;base64,{code}\n"
    )
    result = run("build", deck({"a.md": notes}), "-o", "out")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("warning") == 1
    assert "a.md:15:5: warning[image-invalid]" in result.stderr
    assert "its base64 cannot be read" in result.stderr
    with zipfile.ZipFile(tmp_path / "out" / "deck.apkg") as package:
        assert code[:60].encode() not in package.read("collection.anki2"), (
            "neither as an address nor as words below the picture"
        )
        names = json.loads(package.read("media"))
        assert [name.partition("-")[0] for name in names.values()] == ["picture"]
        assert package.read("0") == png()
    drawn = [len(page.images) for page in open_pdf(tmp_path / "out" / "deck.pdf").pages]
    assert sum(drawn) >= 1


def test_the_signature_of_a_picture_decides_and_its_name_follows(run: Run, deck: Deck, tmp_path: Path) -> None:
    notes = "## What is this?\n\n![](a.png)\n\nOne.\n\n## What is that?\n\n![](b.jpg)\n\nTwo.\n"
    files: dict[str, str | bytes] = {"a.md": notes, "a.png": png(Comment="<svg viewBox='0 0 1 1'>"), "b.jpg": webp()}
    result = run("build", deck(files), "-o", "out", "--only", "apkg")
    assert result.stderr == ""
    with zipfile.ZipFile(tmp_path / "out" / "deck.apkg") as package:
        suffixes = {name[:1]: Path(name).suffix for name in json.loads(package.read("media")).values()}
    assert suffixes == {"a": ".png", "b": ".webp"}
