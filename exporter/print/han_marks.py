"""The marks of fonts with Han characters: pairs of wide ones close up, and some have narrow forms for Latin.

In: a font. It is changed in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont


def narrow(font: TTFont) -> None:
    """Map characters to their proportional glyphs.

    The feature `pwid` in a style sheet does the same, but to full-width marks too, and then text is copied as it looks.
    """
    table = font["GSUB"].table
    proportional: dict[str, str] = {}
    for index in {
        i for r in table.FeatureList.FeatureRecord if r.FeatureTag == "pwid" for i in r.Feature.LookupListIndex
    }:
        for subtable in table.LookupList.Lookup[index].SubTable:
            proportional |= getattr(subtable, "ExtSubTable", subtable).mapping
    for encoding in font["cmap"].tables:
        if hasattr(encoding, "cmap"):
            encoding.cmap = {char: proportional.get(glyph, glyph) for char, glyph in encoding.cmap.items()}


def add_punctuation_spacing(font: TTFont) -> None:
    """Give a CJK font the feature `chws`: of two adjacent wide marks the first loses half an em (CLREQ 3.1.6.2).

    Which marks have their blank half before or behind them says the font's own `halt`. `”，`, `）（` and `《“` all close up
    by half an em, whichever of the two has the blank, because what follows moves.
    """
    from fontTools.otlLib import builder
    from fontTools.ttLib.tables import otTables

    if "GPOS" not in font:
        return
    table = font["GPOS"].table
    opening, closing = _wide_marks(table)
    pairs = [(closing, closing + opening), (opening, opening)]
    half = -font["head"].unitsPerEm // 2
    glyphs = font.getReverseGlyphMap()
    subtables = []
    for first, second in pairs:
        if first and second:
            value = builder.buildValue({"XAdvance": half})
            rule = {(tuple(sorted(first)), tuple(sorted(second))): (value, None)}
            subtables.append(builder.buildPairPosClassesSubtable(rule, glyphs))
    if not subtables:
        return
    feature = otTables.Feature()
    feature.FeatureParams = None
    feature.LookupListIndex, feature.LookupCount = [len(table.LookupList.Lookup)], 1
    table.LookupList.Lookup.append(builder.buildLookup(subtables))
    record = otTables.FeatureRecord()
    record.FeatureTag, record.Feature = "chws", feature
    table.FeatureList.FeatureRecord.append(record)
    for script in table.ScriptList.ScriptRecord:
        for language in (script.Script.DefaultLangSys, *(r.LangSys for r in script.Script.LangSysRecord)):
            if language is not None:
                language.FeatureIndex.append(len(table.FeatureList.FeatureRecord) - 1)


def _wide_marks(gpos: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The glyphs whose blank half stands before them, and those whose blank half stands behind them."""
    opening: set[str] = set()
    closing: set[str] = set()
    indices = {i for r in gpos.FeatureList.FeatureRecord if r.FeatureTag == "halt" for i in r.Feature.LookupListIndex}
    for index in sorted(indices):
        for subtable in gpos.LookupList.Lookup[index].SubTable:
            rule = getattr(subtable, "ExtSubTable", subtable)
            values = [rule.Value] * len(rule.Coverage.glyphs) if rule.Format == 1 else rule.Value
            for glyph, value in zip(rule.Coverage.glyphs, values, strict=True):
                placement, advance = getattr(value, "XPlacement", 0) or 0, getattr(value, "XAdvance", 0) or 0
                if advance and placement in (0, advance):
                    (opening if placement else closing).add(glyph)
    return tuple(sorted(opening)), tuple(sorted(closing))
