r"""TeX → SVG with MathJax 3 in QuickJS (`quickjs-ng`), the MathJax that Anki has too. No node, no network.

The files of MathJax come from PyPI's `django-static-mathjax`, which holds the official distribution and no Django.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from exporter.machinery.libraries import package_file
from exporter.markup.math.backend import MathError, Typeset, refusal
from exporter.markup.math.rows import replace_tags, tag_texts, without_tags

_MODULES = (
    "startup.js",
    "core.js",
    "adaptors/liteDOM.js",
    "input/tex-full.js",
    "output/svg.js",
    "output/svg/fonts/tex.js",
)
_SETTINGS = "var MathJax = {loader: {load: []}, startup: {typeset: false}};"
_SECONDS = 10
"""The processor time that a formula may take."""

_MEMORY_BYTES = 256_000_000
"""What MathJax may need with a formula. Alone it needs 25 MB."""

_LARGEST_SVG = 500_000
"""Characters of a picture: eight times what the largest of a thousand formulas in real notes has. Each letter is drawn anew,
so one may become a thousand."""

_STACK_BYTES = 24 * 1024 * 1024
"""The stack that QuickJS may use: enough for some 200 superscripts on each other, as V8 has."""

_VIEW_BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"')
_SIZE = re.compile(r'\s(?:style|width|height|role|focusable|aria-hidden)="[^"]*"')
_NOISE = re.compile(r'\sdata-(?:mml-node|c|mjx-[\w-]+|variant)="[^"]*"|\sclass="[^"]*"')
_GROUP = re.compile(r"(<g\b[^>]*>|</g>)")
_LETTER = re.compile(r'<g transform="([^"]*)"><path d="([^"]*)"></path></g>')
_ROWS = re.compile(r"\s*\\begin\{(align|gather|alignat|flalign|eqnarray)\*?\}.*\\\\", re.DOTALL)
_UNITS_PER_EM = 1000


class MathJax:
    """A math backend. MathJax starts with the first formula (about 0.1 s), in a thread of its own: QuickJS must stay in one."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()  # two that ask at once would start two threads with one QuickJS
        self._convert: Callable[[str, bool, bool], Any] | None = None

    def typeset(self, tex: str, *, display: bool) -> Typeset | MathError:
        """See `MathBackend`. A formula that takes more time or memory than one may is an error."""
        tex = _beside_rows(tex)
        tags = tag_texts(tex)
        result = self._ask(tex, display=display, checked=False)
        if isinstance(result, str) and len(result) > _LARGEST_SVG:
            return MathError(f"its picture would have more than {_LARGEST_SVG:,} characters: divide it")
        return result if isinstance(result, MathError) else _measure(result, tags[0] if tags else "")

    def find_fault(self, tex: str, *, display: bool) -> MathError | None:
        """What is wrong with a formula, in half of the time that its picture takes."""
        result = self._ask(tex, display=display, checked=True)
        return result if isinstance(result, MathError) else None

    def _ask(self, tex: str, *, display: bool, checked: bool) -> str | MathError:
        tex = without_tags(tex)
        if refused := refusal(tex, has_macros=True):  # whatever was moved or left out before
            return refused
        with self._starting:
            if self._thread is None:
                self._thread = _deep_thread()
        return self._thread.submit(self._run, tex, display, checked).result()

    def _run(self, tex: str, display: bool, checked: bool) -> str | MathError:  # noqa: FBT001 - a thread calls it
        """The SVG of a formula, from the thread's MathJax; one that was interrupted is never used again."""
        from quickjs import JSException

        if self._convert is None:
            self._convert = _start()
        try:
            result = json.loads(self._convert(tex, display, checked).json())
        except JSException as error:
            self._convert = None
            if "interrupted" in str(error):
                return MathError(f"it took longer than {_SECONDS} s", passing=True)
            return MathError(f"it needed more than {_MEMORY_BYTES // 1_000_000} MB of memory")
        return MathError(result["error"]) if "error" in result else str(result.get("svg", ""))


def _deep_thread() -> ThreadPoolExecutor:
    """A thread with room for formulas that are nested deeply."""
    before = threading.stack_size(_STACK_BYTES + _STACK_BYTES // 4)
    try:
        thread = ThreadPoolExecutor(1, "mathjax")
        thread.submit(int).result()  # it starts with its first work
    finally:
        threading.stack_size(before)
    return thread


def _start() -> Callable[[str, bool, bool], Any]:
    """MathJax, in a QuickJS of its own."""
    from quickjs import Context

    context = Context()
    context.set_max_stack_size(_STACK_BYTES)
    context.set_memory_limit(_MEMORY_BYTES)
    context.eval(_SETTINGS)
    for module in _MODULES:
        context.eval(package_file("mathjax", f"static/mathjax/es5/{module}").read_text(encoding="utf-8"))
    context.eval(Path(__file__).with_suffix(".js").read_text(encoding="utf-8"))
    context.set_time_limit(_SECONDS)
    return cast("Callable[[str, bool, bool], Any]", context.get("typeset"))


def _beside_rows(tex: str) -> str:
    """A formula of several rows with the number of each row in it: beside the whole it would be anybody's."""
    rows = _ROWS.match(tex)
    if not rows:
        return tex
    between = "&& " if rows[1] in ("align", "flalign") else r"\qquad "
    return replace_tags(tex, lambda tag: rf"{between}\text{{({tag})}}" if tag else " ")


def _measure(svg: str, tag: str) -> Typeset | MathError:
    box = _VIEW_BOX.search(svg)
    if box is None:
        return MathError("the formula has no size")
    _, top, width, height = (float(number) / _UNITS_PER_EM for number in box.groups())
    head, end, rest = svg.partition(">")
    return Typeset(_SIZE.sub("", head) + end + _flatten(_NOISE.sub("", rest)), width, height, height + top, tag)


def _flatten(svg: str) -> str:
    """The same picture with fewer elements, which print draws one by one: no group that does nothing, none for a letter."""
    pieces = _GROUP.split(svg)
    opened: list[int] = []
    for index in range(1, len(pieces), 2):
        if pieces[index] != "</g>":
            opened.append(index)
        elif pieces[opening := opened.pop()] == "<g>":
            pieces[opening] = pieces[index] = ""
    return _LETTER.sub(r'<path d="\2" transform="\1"></path>', "".join(pieces))
