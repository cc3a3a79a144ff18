"""Elements that stand too deep lose their tags, and nothing of an attribute becomes an element."""

from __future__ import annotations

from exporter.markup.html.nesting import MAX_DEPTH, cap_nesting, reaches_cap


def test_what_stands_too_deep_keeps_its_text() -> None:
    deep = "<b>" * (MAX_DEPTH + 3) + "x<br>" + "</b>" * (MAX_DEPTH + 3)
    assert cap_nesting(deep) == "<b>" * MAX_DEPTH + "x<br>" + "</b>" * MAX_DEPTH
    assert reaches_cap(deep)


def test_a_sign_in_an_attribute_ends_no_tag() -> None:
    inner = '<a title="></b><img src=x onerror=alert(1)>" href="https://a.b/">y</a>'
    assert cap_nesting("<b>" * MAX_DEPTH + inner + "</b>" * MAX_DEPTH) == "<b>" * MAX_DEPTH + "y" + "</b>" * MAX_DEPTH
    assert cap_nesting(inner * MAX_DEPTH) == inner * MAX_DEPTH
