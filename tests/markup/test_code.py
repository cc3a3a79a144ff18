"""Code on cards and paper is the code of the notes, character by character."""

from __future__ import annotations

import html
import re

import pytest
from pygments.lexers import get_all_lexers

from exporter.markup.html.code import render_code
from exporter.reading.markdown import GapMark

CODES = (
    "$ ls -l\nfile\n\n$ cd x && make\nlast line",
    "mydb=# SELECT 1;\n ?column?\n----------\n        1\n(1 row)\n\nmydb=#",
    "sqlite> select 1;\n1\n   ...> x\n",
    "irb(main):001:0> 1+1\n=> 2",
    '>>> x = 1\n... y\nTraceback (most recent call last):\n  File "<stdin>"\nE: x',
    "> x <- 1\n+ y\n[1] 1",
    "C:\\>dir\n Volume in C",
    "\n  a <b> & \"c\" 'd' \\n {{x}} %% # 100%\n\tTab\tand end  \n\n",
    "x",
    "",
)


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def test_every_lexer_gives_the_code_that_it_was_given() -> None:
    for _, aliases, _, _ in get_all_lexers():
        for alias in aliases[:1]:
            for code in CODES:
                shown = render_code(f"{code}\n", alias)
                assert text_of(shown.removesuffix("\n")) == code, alias


@pytest.mark.parametrize(
    "language", ["console", "psql", "sqlite3", "irb", "doscon", "rconsole", "pycon", "pwsh-session"]
)
def test_gaps_do_not_move_where_a_lexer_leaves_text_out(language: str) -> None:
    pieces = ("output\n$ ", GapMark(1), "ls", GapMark(0), "\nlast")
    shown = render_code("output\n$ ls\nlast", language, pieces, lambda mark: "[" if mark.opens else "]")
    assert text_of(shown).strip() == "output\n$ [ls]\nlast"


@pytest.mark.parametrize(
    ("language", "code"),
    [("console", "$ ls\na.txt"), ("psql", "db=# SELECT 1;\n 1"), ("irb", "irb(main):001:0> 1\n=> 1")],
)
def test_prompts_are_set_apart_from_what_is_typed(language: str, code: str) -> None:
    assert '<span class="gp">' in render_code(code, language)
