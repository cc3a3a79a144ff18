r"""TeX → SVG with MathJax 3 in V8 (`mini-racer`), the MathJax that Anki has too. No node, no network.

The files of MathJax come from PyPI's `django-static-mathjax`, which holds the official distribution and no Django.
"""

from __future__ import annotations

import re
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from exporter.machinery.libraries import package_file
from exporter.markup.math.backend import MathError, Typeset

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

_MODULES = (
    "startup.js",
    "core.js",
    "adaptors/liteDOM.js",
    "input/tex-full.js",
    "output/svg.js",
    "output/svg/fonts/tex.js",
)
_SETTINGS = "var MathJax = {loader: {load: []}, startup: {typeset: false}};"
_TIMEOUT_S = 10
_VIEW_BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"')
_SIZE = re.compile(r'\s(?:style|width|height|role|focusable|aria-hidden)="[^"]*"')
_NOISE = re.compile(r'\sdata-(?:mml-node|c|mjx-[\w-]+|variant)="[^"]*"|\sclass="[^"]*"')
_GROUP = re.compile(r"(<g\b[^>]*>|</g>)")
_LETTER = re.compile(r'<g transform="([^"]*)"><path d="([^"]*)"></path></g>')
_TAG = re.compile(r"\\tag\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_UNITS_PER_EM = 1000


class MathJax:
    """A math backend. V8 starts with the first formula (about 0.2 s) and must not be shared with a forked process."""

    def __init__(self) -> None:
        self._context: MiniRacer | None = None
        self._stop: weakref.finalize[[], MathJax] | None = None

    def typeset(self, tex: str, *, display: bool) -> Typeset | MathError:
        """See `MathBackend`. A formula that takes longer than ten seconds is an error."""
        from py_mini_racer import JSEvalException, JSTimeoutException

        tags = _TAG.findall(tex)
        try:
            result = self._started().call("typeset", _TAG.sub("", tex), display, timeout_sec=_TIMEOUT_S)
        except (JSEvalException, JSTimeoutException) as error:
            self._context = None
            if self._stop:
                self._stop()
            return MathError(str(error).strip().splitlines()[0], passing=isinstance(error, JSTimeoutException))
        if "error" in result:
            return MathError(str(result["error"]))
        return _measure(str(result["svg"]), tags[0].strip() if tags else "")

    def _started(self) -> MiniRacer:
        if self._context is None:
            from py_mini_racer import MiniRacer

            context = MiniRacer()
            context.eval(_SETTINGS)
            for module in _MODULES:
                context.eval(package_file("mathjax", f"static/mathjax/es5/{module}").read_text(encoding="utf-8"))
            context.eval(Path(__file__).with_suffix(".js").read_text(encoding="utf-8"))
            # V8 must stop before the interpreter does: left to __del__ at exit, its thread can hang for ever
            self._stop = weakref.finalize(self, context.close)
            self._context = context
        return self._context


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
