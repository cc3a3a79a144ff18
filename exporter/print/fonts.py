"""The fonts of a printed document: exactly the characters it uses, from fonts that pip installed.

In: the document's text and language. Out: `FontFace`s (one file for each family and weight) and the characters that no
packaged font has. Subsetting a font once and giving print a static file of each weight is many times faster than leaving
a variable CJK font to WeasyPrint, and the file comes out as small.
"""

from __future__ import annotations

import io
import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exporter.machinery.libraries import package_file
from exporter.machinery.plain_files import folders_below
from exporter.print.han_marks import add_punctuation_spacing, narrow
from exporter.reading.markdown.cjk import WIDE

_CJK = {
    "zh": "notosanssc/NotoSansSC[wght].ttf",
    "zh-tw": "notosanstc/NotoSansTC[wght].ttf",
    "ja": "notosansjp/NotoSansJP[wght].ttf",
    "ko": "notosanskr/NotoSansKR[wght].ttf",
}
"""The shapes of Han characters differ by language: Noto's fonts for each."""

_HAN = {tag: f"Deck Han {tag}" for tag in ("zh", "zh-tw", "ja", "ko")}
"""The families of what is written in another of these languages than the book."""

MARKS_FAMILY = "Deck Marks"
"""The family of the marks that Latin and Chinese have in common, as narrow as Latin has them."""

_MARKS = "‘’“”…"

_OTHER_SCRIPTS = (
    "NotoSans[wght].ttf", "NotoSansArabic[wght].ttf", "NotoSansHebrew[wght].ttf", "NotoSansDevanagari[wght].ttf",
    "NotoSansBengali[wght].ttf", "NotoSansThai[wght].ttf", "NotoSansArmenian[wght].ttf", "NotoSansGeorgian[wght].ttf",
    "NotoSansTamil[wght].ttf", "NotoSansTelugu[wght].ttf", "NotoSansKannada[wght].ttf", "NotoSansMalayalam[wght].ttf",
    "NotoSansGujarati[wght].ttf", "NotoSansGurmukhi[wght].ttf", "NotoSansOriya[wght].ttf", "NotoSansSinhala[wght].ttf",
    "NotoSansMyanmar[wght].ttf", "NotoSansKhmer[wght].ttf", "NotoSansLao[wght].ttf", "NotoSansEthiopic[wght].ttf",
)  # fmt: skip
_NEEDS_NO_GLYPH = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\U000e0000-\U000e007f]")
_SPACES = frozenset({0x20, 0xA0})
"""What every face must have: Pango sets a space in the font of the word before it."""

_WIDE = re.compile(f"[{WIDE}]|[{_MARKS}—·]")

_REGULAR, _BOLD = 400, 700
_STYLES = {_REGULAR: "Regular", _BOLD: "Bold"}
_LIGATURES = ("liga", "dlig")
"""Those that Arabic can do without: readers of PDFs turn their letters round."""

_PARTED = range(0x0900, 0x1800)
_KHMER_SPLIT, _KHMER_E = frozenset({0x17BE, 0x17BF, 0x17C0, 0x17C4, 0x17C5}), 0x17C1
"""Vowels that are drawn on both sides, and what is drawn on the left; Unicode has no parts for them."""

_VERTICAL = ("valt", "vert", "vhal", "vkrn", "vpal", "vrt2", "vchw")


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file as CSS names it."""

    family: str
    weight: int
    data: bytes


@dataclass(frozen=True, slots=True)
class FontSet:
    """What a document needs: the faces, the families in the order of a CSS stack, and the characters that are missing.

    `stamp` names the font files: sets with one stamp have the same glyphs under the same numbers.
    """

    faces: tuple[FontFace, ...]
    body: tuple[str, ...]
    mono: tuple[str, ...]
    missing: str
    stamp: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """A packaged font and the weights that are made of it."""

    family: str
    package: str
    file: str
    weights: tuple[int, ...] = (_REGULAR, _BOLD)

    def path(self, weight: int = _REGULAR) -> Path:
        """The file of a weight: one for all, or one for each, whose name has the weight's in the place of `{}`."""
        return package_file(self.package, self.file.format(_STYLES[weight]))


def han_language(lang: str) -> str:
    """The language whose Han shapes a language has: one of `_HAN`; "" for what has none."""
    tag, primary = lang.lower(), lang.lower().partition("-")[0]
    if primary == "zh" and ("hant" in tag or tag.endswith(("-tw", "-hk", "-mo"))):
        return "zh-tw"
    return primary if primary in _HAN else ""


def _sources(lang: str) -> tuple[_Source, ...]:
    """The packaged fonts in the order in which they are asked for a character."""
    order = dict.fromkeys([_CJK[han_language(lang) or "zh"], *_CJK.values()])
    cjk = [
        _Source(f"Deck Sans {i}" if i else "Deck Sans", "justmytype_intl_cjk", f"fonts/ofl/{file}")
        for i, file in enumerate(order)
    ]
    symbols = _Source(
        "Deck Symbols",
        "justmytype_western_core",
        "fonts/ofl/notosanssymbols2/NotoSansSymbols2-Regular.ttf",
        (_REGULAR,),
    )
    more = _Source("Deck Symbols 2", "manimgx_fonts", "NotoSansSymbols[wght].ttf")
    math = _Source("Deck Math", "justmytype_western_core", "fonts/ofl/stixtwomath/STIXTwoMath-Regular.ttf", (_REGULAR,))
    emoji = _Source("Deck Emoji", "manimgx_fonts", "NotoEmoji[wght].ttf")
    scripts = [_Source(f"Deck {name[8:].split('[')[0] or 'Latin'}", "manimgx_fonts", name) for name in _OTHER_SCRIPTS]
    return (*cjk[:1], symbols, more, _ARABIC, *scripts, math, emoji, *cjk[1:])


_ARABIC = _Source("Deck Plex", "fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-{}.ttf")
"""Each of its glyphs is one letter in one form, so that text can be copied: Noto puts ب, ت and ث together from a stroke and
dots, and a PDF says what a glyph means, not what several mean together."""

_IS_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")

_ITALIC = _Source("Deck Italic", "manimgx_fonts", "NotoSans-Italic[wght].ttf")
_MONO = _Source("Deck Mono", "justmytype_western_core", "fonts/ofl/jetbrainsmono/JetBrainsMono[wght].ttf")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23fa]\ufe0f?")


def prepare_fonts(
    text: str, lang: str, code: str = "", foreign: Mapping[str, str] | None = None, italic: str = ""
) -> FontSet:
    """Fonts for all characters of `text`, a fixed-width one for those of `code`, an italic one for those of `italic`.

    `foreign` is what stands in it in other languages with Han characters, by `han_language`: their shapes differ.
    """
    wanted = {ord(char) for char in _NEEDS_NO_GLYPH.sub("", text)} | {
        ord(char) for char in string.printable + "\u00a0\u2002\u2009–—…·•→"
    }
    emoji = {ord(char[0]) for char in _EMOJI.findall(text)}
    faces: list[FontFace] = []
    families: list[str] = []
    sources = _sources(lang)
    ordered = sorted(sources, key=lambda s: s.family != "Deck Emoji") if emoji else sources
    for source in ordered:
        if not wanted:
            break
        covered = wanted & _coverage(source.path())
        if source.family == "Deck Emoji":
            covered &= emoji | {0x200D, 0xFE0F}
        elif source is _ARABIC:
            covered = {code for code in covered if _IS_ARABIC.match(chr(code))}
        if source.family not in ("Deck Sans", "Deck Emoji") and not covered:
            continue
        wanted -= covered
        if covered or source.family == "Deck Sans":
            faces.extend(_faces(source, covered | (_SPACES & _coverage(source.path()))))
            families.append(source.family)
    mono = ({ord(char) for char in code} | (_SPACES if code else set())) & _coverage(_MONO.path())
    faces.extend(_faces(_MONO, mono) if mono else ())
    base, han = sources[0], _han_sources(lang, foreign or {})
    for source, characters in han:
        faces.extend(_faces(source, ({ord(char) for char in characters} | _SPACES) & _coverage(source.path())))
    if slanted := {ord(char) for char in italic} & _coverage(_ITALIC.path()):
        faces.extend(_faces(_ITALIC, slanted | _SPACES))
    if marks := {ord(char) for char in _MARKS if char in text}:
        faces.extend(_faces(_Source(MARKS_FAMILY, base.package, base.file), marks | _SPACES))
    missing = "".join(chr(code) for code in sorted(wanted) if code > 0x20)
    body = tuple(sorted(families, key=lambda family: family != "Deck Sans"))
    stamp = tuple(
        (s.file, s.path().stat().st_size)
        for s in (*sources, _MONO, _ITALIC, *(s for s, _ in han))
        if s.family in {f.family for f in faces}
    )
    return FontSet(tuple(faces), body, (_MONO.family, *body) if mono else body, missing, stamp)


def _han_sources(lang: str, foreign: Mapping[str, str]) -> list[tuple[_Source, str]]:
    """A font for each other language, and the wide characters that are set in it."""
    return [
        (_Source(_HAN[tag], "justmytype_intl_cjk", f"fonts/ofl/{_CJK[tag]}"), "".join(_WIDE.findall(text)))
        for tag, text in sorted(foreign.items())
        if tag != (han_language(lang) or "zh") and _WIDE.search(text)
    ]


@cache
def _coverage(path: Path) -> frozenset[int]:
    import uharfbuzz as hb

    return frozenset(hb.Face(_blob(path)).unicodes)


def _faces(source: _Source, characters: Iterable[int]) -> list[FontFace]:
    """The subset of a variable font, as one static font for each weight."""
    return [
        FontFace(source.family, weight, _name(_subset(source, frozenset(characters), weight), source.family, weight))
        for weight in source.weights
    ]


def _subset(source: _Source, characters: frozenset[int], weight: int) -> bytes:
    """The glyphs of some characters at one weight.

    Glyphs keep their numbers (the holes cost next to nothing once compressed), so that pages set with one subset of a
    font can be shown with another one.
    """
    import uharfbuzz as hb

    face = hb.Face(_blob(source.path(weight)))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(characters | _parts(characters))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.RETAIN_GIDS
    for axis in face.axis_infos:
        if axis.tag == "wght":
            wanted.pin_axis_location(face, axis.tag, weight)
        else:
            wanted.pin_axis_to_default(face, axis.tag)
    # what shaping needs of itself, and what style sheets ask for; alternates would double the glyphs
    wanted.layout_feature_tag_set.difference_update(hb.Set(map(_tag, _VERTICAL)))
    if source is _ARABIC:
        wanted.layout_feature_tag_set.difference_update(hb.Set(map(_tag, _LIGATURES)))
    wanted.layout_feature_tag_set.update(map(_tag, ("halt", "pwid", "tnum")))
    wanted.drop_table_tag_set.update(map(_tag, ("STAT", "MVAR", "DSIG", "vhea", "vmtx", "VORG")))
    return bytes(hb.subset(face, wanted).blob.data)


def _parts(characters: Iterable[int]) -> set[int]:
    """What shaping makes of the vowels of India and South-East Asia: ำ is drawn as ํ and า, ொ as ெ and ா."""
    found = {ord(part) for code in characters if code in _PARTED for part in unicodedata.normalize("NFKD", chr(code))}
    return found | ({_KHMER_E} if any(code in _KHMER_SPLIT for code in characters) else set())


def keep_characters(face: FontFace, characters: str) -> bytes:
    """The file of a face with these characters only, numbered anew."""
    import uharfbuzz as hb

    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    return bytes(hb.subset(hb.Face(face.data), wanted).blob.data)


def keep_glyphs(face: FontFace, glyphs: Iterable[int]) -> bytes:
    """The file of a face with these glyphs only, for a PDF: under the same numbers, without what shaping needs."""
    import uharfbuzz as hb

    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.update(map(_tag, ("GSUB", "GPOS", "GDEF", "BASE", "cmap")))
    return bytes(hb.subset(hb.Face(face.data), wanted).blob.data)


@cache
def installed_fonts() -> tuple[tuple[str, int], ...]:
    """The folders of fonts of this machine and its user, with their times (ns): they change when a font comes or goes."""
    home = Path.home()
    roots = (
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", home / ".local/share/fonts",
        Path("/Library/Fonts"), Path("/System/Library/Fonts"), home / "Library/Fonts", Path("C:/Windows/Fonts"),
    )  # fmt: skip
    found: list[tuple[str, int]] = []
    for root in roots:
        for folder in folders_below(root):
            with suppress(OSError):
                found.append((str(folder), folder.stat().st_mtime_ns))
    return tuple(sorted(found))


def _tag(name: str) -> int:
    """Four letters as HarfBuzz counts them."""
    return int.from_bytes(name.encode())


@cache
def _blob(path: Path) -> Any:
    import uharfbuzz as hb

    return hb.Blob.from_file_path(str(path))


def _name(data: bytes, family: str, weight: int) -> bytes:
    """A font under the name that style sheets call it by, with the spacing of Chinese marks."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True)
    style = "Bold" if weight == _BOLD else "Regular"
    full = f"{family}-{style}".replace(" ", "")
    for name_id, value in ((1, family), (2, style), (4, full), (6, full)):
        font["name"].setName(value, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    if family == MARKS_FAMILY:
        narrow(font)
    add_punctuation_spacing(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
