"""Equal pseudo-elements and equal pages share one computed style, as equal elements do.

WeasyPrint computes a style for each `::before`, `::after` and `::marker` of each element, and for each margin of each page:
half of all styles of a handout, and each costs some eighty properties. Two of them are equal where their parents have one
style and the same declarations win. This reaches into the cascade of WeasyPrint 70: where that looks different, styles are
computed one by one as before (`tests/print/test_sharing.py` shows which).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def shared_styles() -> Iterator[None]:
    """While this lasts, equal pseudo-elements and pages share their styles."""
    from weasyprint.css import StyleFor

    own = StyleFor.set_computed_styles

    def compute(
        style_for: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None, *rest: Any, **more: Any
    ) -> None:
        if pseudo_type is None and hasattr(element, "iter"):  # an element
            own(style_for, element, parent, root, pseudo_type, *rest, **more)
            return
        styles = style_for.get_computed_styles()
        winning = style_for.get_cascaded_styles().get((element, pseudo_type), {})
        # every declaration is one object for as long as its sheet lives
        declarations = tuple((name, id(value), *weight[:2], *weight[2]) for name, (value, weight) in winning.items())
        key = (id(styles[parent, None]), pseudo_type, declarations)
        known = vars(style_for).setdefault("_shared", {})
        if key not in known:
            own(style_for, element, parent, root, pseudo_type, *rest, **more)
            known[key] = styles[element, pseudo_type]
        styles[element, pseudo_type] = known[key]

    StyleFor.set_computed_styles = compute
    try:
        yield
    finally:
        StyleFor.set_computed_styles = own
