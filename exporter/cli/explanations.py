"""What the codes of diagnostics mean, in the words of the cases that test them.

In: `tests/errors/<code>.md`, which the wheel holds as `exporter/explanations/`. Out: `Explanation`. A file says what the
code means; behind "What to do:" what helps; behind "Example:" what its case shows. The case stands in `~~~~` blocks: the
files of a small deck, `call` (`check notes.md` where there is none) and `says`, with the exit code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exporter.machinery.templates import shipped_folder

_BLOCK = re.compile(r"^~~~~ (?P<name>\S+) ?(?P<how>\S*)\n(?P<text>.*?)^~~~~$", re.MULTILINE | re.DOTALL)
_WORDS = re.compile(
    r"(?P<meaning>.*?)^What to do: (?P<advice>.*?)(?:^Example: (?P<example>.*))?\Z", re.MULTILINE | re.DOTALL
)
_CALL = "check notes.md"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a small deck: its text, and how it becomes bytes: an encoding, or `hex`; "" for UTF-8."""

    name: str
    text: str
    how: str = ""

    @property
    def data(self) -> bytes:
        """What stands on the disk."""
        return bytes.fromhex(self.text) if self.how == "hex" else self.text.encode(self.how or "utf-8")


@dataclass(frozen=True, slots=True)
class Case:
    """Files, a call, and what make-deck says to it (`{tmp}` is the folder of the files)."""

    files: tuple[File, ...]
    call: str
    says: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means, what to do, and an example with a sentence about it where a few files can cause the code."""

    meaning: str
    advice: str
    example: str
    case: Case | None


def code_in(word: str) -> str:
    """The code in what somebody pasted: `image-missing`, or the `warning[image-missing]` of a line."""
    match = re.search(r"\[([\w-]+)\]", word)
    return (match[1] if match else word).strip().lower()


def explain_code(code: str) -> Explanation:
    """The explanation of a code that `CODES` has."""
    folder = shipped_folder("tests/errors", "explanations")
    return read_explanation((folder / f"{code}.md").read_text(encoding="utf-8"))


def read_explanation(text: str) -> Explanation:
    """The words and the case of a file. A file that only tests something more of a code has no meaning and no advice."""
    words = text.partition("~~~~ ")[0].strip()
    parts = _WORDS.fullmatch(words)
    if parts is None:
        return Explanation("", "", words, read_case(text))
    return Explanation(
        parts["meaning"].strip(), parts["advice"].strip(), (parts["example"] or "").strip(), read_case(text)
    )


def read_case(text: str) -> Case | None:
    """The case of a file, where it has one."""
    blocks = [(match["name"], match["how"], match["text"]) for match in _BLOCK.finditer(text)]
    files = tuple(File(name, text, how) for name, how, text in blocks if name not in ("call", "says"))
    call = next((text.strip() for name, _, text in blocks if name == "call"), _CALL)
    says = next(((text, int(how or 0)) for name, how, text in blocks if name == "says"), None)
    return Case(files, call, *says) if says else None
