"""The door of templates: Jinja that can do nothing but fill in, for the templates of make-deck and those of a deck.

In: where templates lie. Out: an environment. Those of a deck that nobody trusts are looked at before they are used
(`strange_templates`); in all of them Jinja is immutable, and ends after so many steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from exporter.machinery.plain_files import read_plain, walk
from exporter.machinery.strange_templates import check_tree, check_words
from exporter.machinery.templates import Own, template_folders

_LARGEST = 1_000_000
_MOST_STEPS = 5_000_000
"""Turns of loops and files included by one environment; a book of 10,000 questions takes some hundred thousand."""


class UntrustedError(jinja2.TemplateError):
    """A deck's own template does what needs trust. `place` is the file below the deck, `line` counts from 1."""

    def __init__(self, place: str, line: int, message: str) -> None:
        super().__init__(message)
        self.place, self.line = place, line


class Templates(jinja2.BaseLoader):
    """Finds templates in the deck's own folder, where it has one, and in make-deck's; `below` are folders searched first."""

    def __init__(self, own: Own | None, below: Iterable[str] = ()) -> None:
        self._own = own
        folders = template_folders(own)
        self._folders = [*(folder / name for name in below for folder in folders), *folders]

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """The text of a template, and its file. One of a stranger's that needs trust is an `UntrustedError`."""
        pieces = split_template_path(template)
        for folder in self._folders:
            file = folder.joinpath(*pieces)
            if file.is_file():
                text = self._read(file, folder).replace("\r\n", "\n")
                self._check(text, file, environment)
                return text, str(file), None
        raise jinja2.TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        files = ((folder, file) for folder in self._folders for file in walk(folder, lambda _: True))
        return sorted({file.relative_to(folder).as_posix() for folder, file in files})

    def _read(self, file: Path, folder: Path) -> str:
        try:
            return read_plain(file, _LARGEST, within=folder).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
            raise UntrustedError(self._place(file), 1, f"cannot be read: {reason}") from error

    def _place(self, file: Path) -> str:
        inside = self._own and file.is_relative_to(self._own.root)
        return file.relative_to(self._own.root).as_posix() if self._own and inside else str(file)

    def _check(self, text: str, file: Path, environment: jinja2.Environment) -> None:
        own = self._own
        if own is None or own.trusted or not file.is_relative_to(own.root / "templates"):
            return
        shipped = template_folders(None)[0] / file.relative_to(own.root / "templates")
        if shipped.is_file() and self._read(shipped, shipped.parent) == text:
            return
        tree = (
            None
            if file.suffix == ".toml"
            else nodes.Template([])
            if "\0" in text
            else environment.parse(text, None, str(file))
        )
        found = check_words(text, file.name) if tree is None else check_tree(tree, text, file)
        if found:
            raise UntrustedError(self._place(file), *found)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment whose loops and includes are counted, and that multiplies nothing but numbers."""

    intercepted_binops = frozenset({"*", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
        self._steps = 0
        self.filters["counted"] = self._counted

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add or multiply numbers; lists and texts, which could grow without end, are neither."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator} is for numbers")
        return super().call_binop(context, operator, left, right)

    def get_template(self, *arguments: Any, **options: Any) -> jinja2.Template:
        """A template, which is a step."""
        self._step()
        return super().get_template(*arguments, **options)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        return tree

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._step()
            yield item

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise SecurityError(f"it takes more than {_MOST_STEPS:,} steps")
