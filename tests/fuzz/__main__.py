"""Coverage-guided fuzzing of one target: `python -m tests.fuzz notes --seconds 300` (or another of `TARGETS`).

Needs atheris, which has wheels for Linux on x86-64. Starts from the cases under `tests/` and keeps in `--corpus` what
reached new code, so that the next run goes on from there. Ends with the input that broke something, in hexadecimal.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["exporter", "markdown_it", "mdit_py_plugins"]):
    from exporter.editions.identity import render_lock
    from tests.fuzz.targets import STILL, TARGETS, book_of, edition_of, packed
from tests.fuzz.words import CONFIG, LOCK, MARKDOWN, PICTURE, TEMPLATE, WORD, collection, saved

TESTS = Path(__file__).parent.parent
WORDS = {
    "notes": MARKDOWN, "lock": LOCK, "config": CONFIG, "template": TEMPLATE, "picture": PICTURE, "name": WORD, "package": (),
}  # fmt: skip
LONGEST = 2000


def seeds(target: str) -> list[bytes]:
    """What the fuzzer starts from: the cases of the other tests, and the settings in docs/."""
    if target == "lock":
        return [render_lock(edition_of(book_of(STILL.encode())[0])[0].lock).encode()]
    if target == "config":
        shown = (TESTS.parent / "docs" / "configuration.md").read_text(encoding="utf-8")
        files = [file.read_text(encoding="utf-8") for file in (TESTS / "errors").glob("config-*.md")]
        return [text.encode() for text in re.findall(r"```toml\n(.*?)```", shown, re.DOTALL) + files]
    if target == "template":
        return [file.read_bytes()[:LONGEST] for file in (TESTS.parent / "templates" / "anki").rglob("*.*")]
    if target == "picture":
        return [saved(form) for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")]
    if target == "package":
        return [collection(), packed(collection())]
    if target == "name":
        return [word.encode(errors="surrogatepass") for word in WORD]
    return [file.read_bytes()[:LONGEST] for folder in ("spec", "errors") for file in (TESTS / folder).rglob("*.md")]


def _bytes(word: str | bytes) -> bytes:
    return word if isinstance(word, bytes) else word.encode(errors="surrogatepass")


def main() -> None:
    """Run until something breaks, or the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=list(TARGETS))
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--corpus", type=Path, help="default: a folder for this run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="make-deck-fuzz-") as temporary:
        folder = Path(temporary)
        corpus = given.corpus or folder / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds(given.target)):
            (corpus / f"seed-{number}").write_bytes(seed)
        words = folder / "words"
        quoted = ("".join(f"\\x{byte:02x}" for byte in _bytes(word)) for word in WORDS[given.target])
        words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
        options = [f"-max_total_time={given.seconds}", f"-seed={given.seed}", f"-dict={words}", f"-max_len={LONGEST}"]
        quiet = [
            "-timeout=20",
            "-rss_limit_mb=2000",
            "-verbosity=0",
            "-print_final_stats=1",
            f"-artifact_prefix={folder}/",
        ]
        atheris.Setup([sys.argv[0], *options, *quiet, str(corpus)], TARGETS[given.target])
        atheris.Fuzz()


main()
