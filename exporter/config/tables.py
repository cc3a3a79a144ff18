"""The tables of `deck.toml`, each as a class: its keys, their types and defaults, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Output = Literal["apkg", "handout", "quiz", "test", "flashcards", "testpage"]
Front = Literal["block", "page"]
Notes = Literal["answer", "foot"]
Impose = Literal["", "2up", "booklet"]
Volumes = Literal["book", "folder", "file"]
Variant = Literal["", "pdf/ua-1", "pdf/a-3b", "pdf/a-3u"]
Duplex = Literal["long", "short"]
Order = Literal["rows", "stacks"]
Space = Literal["ruled", "grid", "box", "blank", "none"]
Headings = Literal["parts", "all", "none"]


LONGEST_SIGN = 40
"""Characters of what is looked for in each line of the notes."""

MOST_CLOZES, MOST_TAGS = 10, 50
"""Of patterns that are looked for at each letter, and of tags."""

IMAGE_DPI = 350
"""More pixels on an inch no printer shows."""


@dataclass(frozen=True, slots=True)
class AnkiConfig:
    """`[anki]`. `deck` is the name of the root deck; `image_max` the longer side of an image in px.

    `tombstones` is for how many editions a removed question is shipped once more, to say that it was removed. `theme` is a
    file in `templates/anki/themes/`; another than the default gives the deck note types of its own. `packages` says what
    becomes a package of its own. `shuffle` lets the options of a choice stand in another order each time; `show_path` puts
    a question's file and line on its card where there is no `source_url`. `decks` puts questions into a subdeck by a
    pattern of files or by a `#tag`.
    """

    deck: str = ""
    subdecks: bool = True
    tags: tuple[str, ...] = ()
    image_max: int = 1600
    tombstones: int = 3
    theme: str = "paper"
    packages: Volumes = "book"
    shuffle: bool = False
    show_path: bool = False
    decks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class QuizConfig:
    """`[print.quiz]`. `seed` shuffles (0: the order of the notes); `count` is how many to ask (0: all); `tags` chooses."""

    seed: int = 0
    count: int = 0
    tags: tuple[str, ...] = ()
    space: Space = "ruled"


@dataclass(frozen=True, slots=True)
class ClassTestConfig:
    """`[print.test]`. `versions` are the names of the sheets (none: one without a name); `seed` shuffles them.

    `points` is what a question is worth that does not say so; `space` is the room to write; `bubbles` adds a sheet with
    circles for the options; `headings` are kept on the sheet, with their questions below them; `introductions` prints what
    stands between a heading that is kept and its first question. `[print.quiz]` chooses.
    """

    versions: tuple[str, ...] = ()
    seed: int = 0
    points: int = 1
    space: Space = "ruled"
    bubbles: bool = False
    headings: Headings = "parts"
    introductions: bool = False


@dataclass(frozen=True, slots=True)
class FlashcardsConfig:
    """`[print.flashcards]`. `cards` is a grid (columns x rows), a size, or a stock; "" is a grid that suits the page.

    `duplex` is the edge over which the printer turns the sheet; `shift_x` (right) and `shift_y` (down) move the backs,
    in mm; `largest` and `smallest` are sizes of text in pt; `order` is that of the cards: row by row on each sheet, or such
    that the piles of a cutter are laid one on the other.
    """

    cards: str = ""
    duplex: Duplex = "long"
    largest: float = 11.0
    smallest: float = 7.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    order: Order = "rows"


@dataclass(frozen=True, slots=True)
class PrintConfig:
    """`[print]`. `fonts` and `heading_fonts` are families that are tried before the packaged ones.

    `include` are patterns of files that are printed though they hold no question.
    `binding` is what the handout's margin along the fold is wider than the outer one, in mm.
    `notes` says whether notes stand below their answers or, with outer addresses, at the foot of the page.
    With `recto` chapters open on a right page; `terms` adds an index of them; `front` is what the handout begins with: a
    block above the contents, or a page. `impose` makes a second PDF, with two pages on each side. `justify` makes lines of
    Latin text equally long, as those of Chinese are; `smart_quotes` are those of the language in the place of straight ones.
    `volumes` says what becomes a PDF of its own; `accessible` is short for `variant = "pdf/ua-1"`. A picture has no more than
    `image_dpi` pixels on an inch of paper.
    """

    page: str = "A4"
    theme: str = "paper"
    fonts: tuple[str, ...] = ()
    heading_fonts: tuple[str, ...] = ()
    binding: float = 0.0
    recto: bool = False
    notes: Notes = "answer"
    terms: bool = False
    front: Front = "block"
    impose: Impose = ""
    justify: bool = False
    smart_quotes: bool = True
    volumes: Volumes = "book"
    accessible: bool = False
    variant: Variant = ""
    image_dpi: int = IMAGE_DPI
    include: tuple[str, ...] = ()
    quiz: QuizConfig = QuizConfig()
    test: ClassTestConfig = ClassTestConfig()
    flashcards: FlashcardsConfig = FlashcardsConfig()


@dataclass(frozen=True, slots=True)
class LimitsConfig:
    """`[limits]`: what is far more than any real notes need, so that hostile or broken ones cannot stop a build.

    `notes` is the number of Markdown files, `note_bytes` and `media_bytes` the size of one file. `table_span` is the
    number of columns or rows that one cell may cover, 1,000 at most (HTML's own limit). An image from the network may
    weigh `fetch_bytes` and take `fetch_seconds`, those of a call together `fetch_all_bytes` and `fetch_all_seconds`.
    Typesetting a chapter may take `print_bytes` of memory and, for each 100 kB of its HTML, `print_seconds`.
    """

    notes: int = 10_000
    note_bytes: int = 10_000_000
    media_bytes: int = 100_000_000
    image_pixels: int = 120_000_000
    formula_chars: int = 5_000
    table_span: int = 100
    fetch_bytes: int = 20_000_000
    fetch_seconds: int = 15
    fetch_all_bytes: int = 500_000_000
    fetch_all_seconds: int = 300
    print_bytes: int = 4_000_000_000
    print_seconds: int = 120


@dataclass(frozen=True, slots=True)
class SpacedRepetitionConfig:
    """`[spaced_repetition]`: how notes for Obsidian's Spaced Repetition part questions and answers, as its own settings do.

    `separator` stands between both in a line, `line` alone on a line between them; the `reversed` ones ask in both
    directions; "" is for none. Answers below end at `end_line`, or where that is "", at a blank line. `tags` say which
    notes or sections have cards; with `everywhere`, all have. `highlights`, `bold` and `braces` say what is a gap, and
    `clozes` are patterns of more: `<<[123;;]answer[;;hint]>>`.
    """

    separator: str = "::"
    reversed_separator: str = ":::"
    line: str = "?"
    reversed_line: str = "??"
    end_line: str = ""
    tags: tuple[str, ...] = ("#flashcards",)
    everywhere: bool = False
    highlights: bool = True
    bold: bool = False
    braces: bool = True
    clozes: tuple[str, ...] = ()


DEFAULT_SIGNS = SpacedRepetitionConfig()
"""What the tool itself has."""


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What a user allows every deck. A deck that is a stranger's asks for less, or for nothing.

    `proxy` is the address of what the user's network wants to be asked for anything outside of it.
    """

    fetch: bool = False
    proxy: str = ""
    limits: LimitsConfig = LimitsConfig()


@dataclass(frozen=True, slots=True)
class MathConfig:
    """`[math]`. `macros` maps a name without backslash to its TeX, with `#1` … for arguments."""

    macros: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DeckConfig:
    """`[decks.NAME]`: one of several decks of the same notes, with an identity, a lock and outputs of its own.

    `include` and `exclude` are patterns of files, in the grammar of gitignore(5); `tags` choose questions that have one of
    them. What is "" or empty is as for all decks.
    """

    title: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    deck: str = ""
    outputs: tuple[Output, ...] = ()
