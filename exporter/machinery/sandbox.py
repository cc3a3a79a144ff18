"""The door of templates: Jinja that can do nothing but fill in, for the templates of make-deck and those of a deck.

In: where templates lie. Out: an environment. Those of a deck that nobody trusts are looked at before they are used
(`strange_templates`); in all of them Jinja is immutable, and ends after so many steps.
"""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from exporter.machinery.plain_files import read_plain, walk
from exporter.machinery.strange_templates import Found, check_css, check_tree, check_words, line_of
from exporter.machinery.templates import Own, template_folders

_LARGEST = 1_000_000
_MOST_STEPS = 5_000_000
"""Turns of loops and files included by one environment; a book of 10,000 questions takes some hundred thousand."""

_MOST_CHARACTERS = 200_000_000
"""What one environment writes; that book has some ten million."""

_MOST_POWER = 64

_TOO_DEEP = "it is nested too deeply, or contains itself"


class MistakeError(jinja2.TemplateError):
    """What is wrong with a deck's own template. `place` is the file below the deck, `line` counts from 1."""

    def __init__(self, place: str, line: int, message: str) -> None:
        super().__init__(message)
        self.place, self.line = place, line


class UntrustedError(MistakeError):
    """A deck's own template does what needs trust."""


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
                try:
                    self._check(text, file, environment)
                except (RecursionError, ValueError) as error:  # ValueError: a number of too many digits
                    raise MistakeError(self.place(file), 1, _words(error)) from error
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
            raise UntrustedError(self.place(file), 1, f"cannot be read: {reason}") from error

    @property
    def is_strange(self) -> bool:
        """Whether a deck has templates of its own that nobody trusts."""
        return self._own is not None and not self._own.trusted and len(template_folders(self._own)) > 1

    def is_own(self, file: Path) -> bool:
        """Whether a template is the deck's own."""
        return self._own is not None and file.is_relative_to(self._own.root / "templates")

    def place(self, file: Path) -> str:
        """A template's file as the deck's author names it."""
        inside = self._own and file.is_relative_to(self._own.root)
        return file.relative_to(self._own.root).as_posix() if self._own and inside else str(file)

    def _check(self, text: str, file: Path, environment: jinja2.Environment) -> None:
        own = self._own
        if own is None or own.trusted or not self.is_own(file):
            return
        shipped = template_folders(None)[0] / file.relative_to(own.root / "templates")
        if shipped.is_file() and self._read(shipped, shipped.parent) == text:
            return
        found: Found | None
        if "\0" in text:
            found = line_of(text, "\0"), "a null byte needs trust"
        elif file.suffix == ".toml":
            found = check_words(text, file.name)
        else:
            found = check_tree(environment.parse(text, None, str(file)), text, file)
        if found:
            raise UntrustedError(self.place(file), *found)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment whose loops and includes are counted, and that multiplies nothing but numbers, and whose texts end."""

    intercepted_binops = frozenset({"*", "+", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
        self._steps = 0
        self._room = _MOST_CHARACTERS
        self.filters["counted"] = self._counted

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add or multiply numbers; lists and texts, which could grow without end, are neither."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator} is for numbers")
        if operator == "**" and not 0 <= right <= _MOST_POWER:
            raise SecurityError(f"** is for powers up to {_MOST_POWER}")
        return super().call_binop(context, operator, left, right)

    def get_template(self, *arguments: Any, **options: Any) -> jinja2.Template:
        """A template, which is a step."""
        self._step()
        return super().get_template(*arguments, **options)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raise what happened in a template. Whatever it is, it is a mistake of the deck's own template that it went through."""
        try:
            super().handle_exception(source)
        except jinja2.TemplateError:
            raise
        except Exception as error:
            assert isinstance(self.loader, Templates)
            frames = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in frames if self.loader.is_own(Path(frame.filename))]
            if not own:
                raise
            place = self.loader.place(Path(own[-1].filename))
            raise MistakeError(place, own[-1].lineno or 1, _words(error)) from error

    def compile(
        self, source: Any, name: str | None = None, filename: str | None = None, *more: Any, **options: Any
    ) -> Any:
        """The code of a template. Python takes less depth than Jinja."""
        try:
            return super().compile(source, name, filename, *more, **options)
        except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
            assert isinstance(self.loader, Templates)
            raise MistakeError(self.loader.place(Path(filename or "")), 1, _words(error)) from error

    def concat(self, pieces: Iterable[str]) -> str:
        """What a template has written, which is no more than a large book."""
        kept: list[str] = []
        for piece in pieces:
            self._room -= len(piece)
            if self._room < 0:
                error = SecurityError(f"it writes more than {_MOST_CHARACTERS:,} characters")
                if isinstance(pieces, Generator):
                    pieces.throw(error)  # where the template is
                raise error
            kept.append(piece)
        return "".join(kept)

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


def template_text(environment: jinja2.Environment, name: str) -> str:
    """A style sheet or a table among the templates, as it is: what Jinja would leave out is part of it."""
    assert isinstance(environment.loader, Templates)
    text, file, _ = environment.loader.get_source(environment, name)
    if environment.loader.is_strange and name.endswith(".css"):
        refuse(environment.loader.place(Path(file)), check_css(text))
    return text


def refuse(place: str, wrong: str | None) -> None:
    """Raise that a stranger's template has something `wrong` that needs trust, where it has."""
    if wrong:
        raise UntrustedError(place, 1, f'"{wrong[:60]}" needs trust')


@contextmanager
def reading_table(environment: jinja2.Environment, name: str) -> Iterator[dict[str, Any]]:
    """A table of words or ids among the templates. What it lacks is a mistake of the deck's own table."""
    assert isinstance(environment.loader, Templates)
    text, file, _ = environment.loader.get_source(environment, name)
    try:
        yield tomllib.loads(text)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if not environment.loader.is_own(Path(file)):
            raise
        line = re.search(r"at line (\d+)", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
        place = environment.loader.place(Path(file))
        raise MistakeError(place, int(line[1]) if line else 1, f"is no such table: {_words(error)}") from error


def _words(error: Exception) -> str:
    """What an exception says to the author of a template."""
    too_deep = isinstance(error, RecursionError | MemoryError | SyntaxError)
    return _TOO_DEEP if too_deep else (str(error) or type(error).__name__).partition("\n")[0]
