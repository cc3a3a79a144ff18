"""Equal pseudo-elements and equal pages share one computed style, as equal elements do.

WeasyPrint computes a style for each `::before`, `::after` and `::marker` of each element, and for each margin of each page:
half of all styles of a handout, and each costs some eighty properties. Two of them are equal where their parents have one
style and the same declarations win. Changed while it lasts: `StyleFor.set_computed_styles` (`weasyprint.css`). No public
interface stands near: WeasyPrint would have to share them itself, as it does for elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters


def _lacks() -> str:
    from weasyprint.css import StyleFor

    return lacks_attributes(
        StyleFor, "set_computed_styles", "get_computed_styles", "get_cascaded_styles"
    ) or lacks_parameters(StyleFor.set_computed_styles, "self", "element", "parent", "root", "pseudo_type")


STYLES = Refinement("styles", "printing takes longer", _lacks)


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
