"""The numbers of a list as its author wrote them.

CommonMark (section 5.3) counts on from the first number, whatever the others are. So it should where they are all alike
(`1. 1. 1.`) or one stands twice; but `1. 3. 7.` are numbers of something, and stay.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token


def keep_numbers(state: StateCore) -> None:
    """Give each item its number where the numbers of a list are all different and do not count on by one."""
    lists: list[list[Token]] = []
    for token in state.tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append([])
        elif token.type == "list_item_open" and token.info:
            lists[-1].append(token)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            _keep(lists.pop())


def _keep(items: list[Token]) -> None:
    numbers = [int(item.info) for item in items]
    if len(set(numbers)) == len(numbers) and any(n != numbers[0] + place for place, n in enumerate(numbers)):
        for item, number in zip(items, numbers, strict=True):
            item.attrSet("value", str(number))


def install(md: MarkdownIt) -> None:
    """Once all blocks are there."""
    md.core.ruler.push("list_numbers", keep_numbers)
