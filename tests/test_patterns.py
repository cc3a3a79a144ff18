"""No pattern of `exporter/` takes more than time in proportion to the text that it looks through.

What is tried again from each sign of a run, or may divide a run between two repeats, is quadratic or worse: a stranger's
notes of a few thousand spaces then keep a build waiting. A repeat that begins a pattern stands behind what it does not
take (`(?<!\\s)\\s*x`); of two that meet, the first is possessive, or they take no sign in common.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.backtracking import growing_text
from tests.test_house import EXPORTER, MODULES

GATHER = """
import functools, importlib, json, pkgutil, re, sys

found, compiled = {}, re._compile

def compile(pattern, flags=0):
    result = compiled(pattern, flags)
    frame = sys._getframe(1)
    while frame.f_code.co_filename == re.__file__:
        frame = frame.f_back
    found[frame.f_code.co_filename, frame.f_lineno, result.pattern, result.flags] = None
    return result

re._compile = compile
import exporter
names = [module.name for module in pkgutil.walk_packages(exporter.__path__, "exporter.")]
modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
for module in modules:
    for value in [*vars(module).values()]:
        if isinstance(value, functools._lru_cache_wrapper) and not value.__wrapped__.__code__.co_argcount:
            value()
print(json.dumps([
    [path, line, pattern if isinstance(pattern, str) else pattern.decode("latin-1"), flags, isinstance(pattern, bytes)]
    for path, line, pattern, flags in found
]))
"""
"""Each pattern that a module makes when it is imported, or a function that makes one once."""

HOW = {
    **dict.fromkeys(("search", "finditer", "findall", "sub", "subn", "split"), "search"),
    "match": "match",
    "fullmatch": "fullmatch",
}

_OWN = "HTML that was sanitised and balanced: each `<` has its `>`, each element its end"
EXCUSED = {
    "print/pages/": _OWN,
    "print/press/": _OWN,
    "watch/": "fields of cards in one's own preview, which a build has made",
    "cards/anki_syntax.py _BRACKETED": "the hint of a gap may be of any length, and a bracket before it of any number",
    "cards/anki_syntax.py _PIECE": "the sanitiser lets no comment through",
    "cards/anki_syntax.py _FOUND": "the sanitiser lets no comment through",
    "cards/deck_names.py _chapter": "the name of a file or a title",
    "markup/math/mathjax.py ": "SVG that our MathJax wrote",
    "cli/explanations.py _BLOCK": "our own texts",
    "markup/html/placeholders.py slots": "nobody can write what they begin with",
    "reading/detection/notes_or_project.py ": "the first 12,000 signs of a file, and the name of a file",
    "reading/dialects/card_tags.py _TAG": "is looked for behind the last word that is no tag",
    "reading/dialects/flashcard_signs.py signs_of": "the one that grows is only called as `match`",
    "reading/dialects/qa_lines.py CLOZE": "is only called as `match`",
    "reading/dialects/obsidian_to_anki.py ": "a note whose end was found before",
    "reading/language.py _NO_PROSE": "a sample of a file",
    "reading/markdown/cloze.py _CODE_OR_FORMULA": "a paragraph with a gap and formulas that never end",
    "reading/page/front_matter.py ": "a date, and what the parser of YAML said",
    "reading/page/line_starts.py ": "blanks between a word and its number: 2 ns for each pair of them",
    "reading/page/key_entries.py _entries_alone": "letters that are nothing but marks",
    "reading/page/option_keys.py ": "the one that grows is only called as `match`",
    "reading/dialects/term_lines.py _LINE": "of a line only 60 signs come before the sign",
}
"""Patterns that may grow, by the beginning of module and name, and why nobody waits for them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern, where it stands, what it is called there ("" for nothing) and how it is used."""

    module: str
    name: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    hows: tuple[str, ...]


@cache
def patterns() -> tuple[Found, ...]:
    printed = subprocess.run([sys.executable, "-c", GATHER], check=True, capture_output=True, text=True).stdout
    found: dict[tuple[str, str, str | bytes, int], Found] = {}
    for path, line, text, flags, is_bytes in json.loads(printed):
        if not Path(path).is_relative_to(EXPORTER):
            continue
        name = name_at(Path(path), line)
        uses = hows(Path(path), name) if name else set(HOW.values())
        pattern = re.compile(text.encode("latin-1") if is_bytes else text, flags)
        module = Path(path).relative_to(EXPORTER).as_posix()
        found[module, name, pattern.pattern, flags] = Found(module, name, pattern, tuple(sorted(uses)))
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if (made := _literal(node)) is not None:
                module = path.relative_to(EXPORTER).as_posix()
                found.setdefault((module, "", made[0].pattern, 0), Found(module, "", *made))
    return tuple(found.values())


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _literal(node: ast.AST) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """`re.sub("a+", …)` is a pattern too."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="re"), attr=how), args=[ast.Constant(value=text), *_], keywords=options
        ) if how in HOW:
            flags = [ast.unparse(option.value) for option in options if option.arg == "flags"]
            flags += [text for text in map(ast.unparse, node.args) if re.fullmatch(r"re\.[A-Z]+", text)]
            return re.compile(text, getattr(re, flags[0].removeprefix("re.")) if flags else 0), (HOW[how],)  # type: ignore[arg-type]
    return None


@cache
def name_at(path: Path, line: int) -> str:
    """What a pattern is called that is made on a line: a constant, a field, or the function that gives it."""
    best = ""
    for node in ast.walk(tree_of(path)):  # from the outside in
        if not (hasattr(node, "lineno") and node.lineno <= line <= (node.end_lineno or 0)):
            continue
        match node:
            case ast.FunctionDef(name=name):
                best = name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                best = name
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.keyword) and node.arg and node.value.lineno <= line <= (node.value.end_lineno or 0):
            best = node.arg if best or node.arg else ""
    return best


@cache
def _uses() -> dict[tuple[str, str], set[str]]:
    """By module and name, how the values of that name are called; and whether they are handed on ("")."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path in MODULES:
        tree = tree_of(path)
        called = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in HOW and (name := _last_name(node.value)):
                found[path.as_posix(), name].add(HOW[node.attr])
                called |= {id(part) for part in ast.walk(node.value)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("pattern", "flags", "groups", "groupindex"):
                called |= {id(part) for part in ast.walk(node.value)}
            elif isinstance(node, ast.Compare):
                called |= {id(part) for part in node.comparators}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in called:
                found[path.as_posix(), _last_name(node)].add("")
    return found


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=part) | ast.Subscript(value=part):
            return _last_name(part)
    return ""


def hows(path: Path, name: str) -> set[str]:
    """How a pattern is called: everything, where it is handed on."""
    own = [_uses().get((path.as_posix(), name), set())]
    if not name.startswith("_"):
        own += [uses for (_, other), uses in _uses().items() if other == name]
    uses = set().union(*own)
    return set(HOW.values()) if "" in uses or not uses else uses


def growing(found: Found) -> Iterator[str]:
    if not f"{found.module} {found.name}".startswith(tuple(EXCUSED)):
        for how in found.hows:
            if text := growing_text(found.pattern, how):
                yield f"{found.module} {found.name}: {how} of {text}\n    {found.pattern.pattern!r}"


@pytest.mark.parametrize("bad", [r"\s*x", r"(?:\s*,\s*)+x", r"\s*(.*?)\s*x", r"<a\s[^>]*id", r"[a-z]+(?:-[a-z]+)+"])
def test_a_pattern_that_grows_is_found(bad: str) -> None:
    assert growing_text(re.compile(bad), "search")


@pytest.mark.parametrize(
    "good",
    [
        r"(?<!\s)\s*x",
        r"(?<![\s,])(?:\s*+,\s*+)++x",
        r"(?:(?<!\s)\s++)?x",
        r"<a\s[^<>]*>",
        r"(?<![a-z])[a-z]++(?:-[a-z]+)+",
    ],
)
def test_a_pattern_that_reads_each_sign_once_is_none(good: str) -> None:
    assert growing_text(re.compile(good), "search") is None


@pytest.mark.slow
@pytest.mark.parametrize("wing", sorted({path.relative_to(EXPORTER).parts[0] for path in MODULES}))
def test_no_pattern_grows_faster_than_its_text(wing: str) -> None:
    wrong = [line for found in patterns() if found.module.split("/")[0] == wing for line in growing(found)]
    assert not wrong, "\n".join(wrong)
