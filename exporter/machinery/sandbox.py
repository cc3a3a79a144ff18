"""The door of templates: Jinja that can do nothing but fill in, for the templates of make-deck and those of a deck.

In: where templates lie. Out: an environment. Those of a deck that nobody trusts are looked at before they are used
(`strange_templates`); in all of them Jinja is immutable, and ends after so many steps.
"""

from __future__ import annotations

import re
import time
import tomllib
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from exporter.machinery.plain_files import read_plain, walk
from exporter.machinery.strange_templates import Found, check_css, check_tree, check_words, line_of, needs_trust
from exporter.machinery.templates import Own, template_folders
from exporter.machinery.time_limits import at_most
from exporter.machinery.toml_text import read_toml_text

_LARGEST = 1_000_000
_MOST_STEPS = 5_000_000
"""Turns of loops and files included by one environment; a book of 10,000 questions takes some hundred thousand."""

LEAST_ROOM, _MOST_ROOM = 3_000_000, 200_000_000
"""Characters that a template may write for nothing at all, and for any book; that one has some ten million."""

_SECONDS, _CHARACTERS_PER_S = 30, 50_000
"""How long an environment works, and how much longer for the characters that it may write: fifty times what it takes."""

_MOST_POWER, _MOST_DIGITS = 64, 18

_LONG_NUMBER = re.compile(r"\d{4000}|0x[0-9A-Fa-f]{4000}")
"""No look needs one, and Python makes none of so many."""

_TOO_DEEP = "it is nested too deeply, or contains itself"


class MistakeError(jinja2.TemplateError):
    """What is wrong with a deck's own template. `place` is the file below the deck, `line` counts from 1."""

    def __init__(self, place: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place, self.line, self.hint = place, line, hint


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
                if long := _LONG_NUMBER.search(text):
                    raise MistakeError(self.place(file), line_of(text, long[0]), "a number has too many digits")
                try:
                    self._check(text, file, environment)
                except (RecursionError, TimeoutError) as error:
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

    def first_changed(self, below: str) -> str:
        """The first template of the deck's own in a folder that is not as make-deck has it, as its author names it; else ""."""
        for folder in template_folders(self._own)[:-1]:
            for file in sorted(walk(folder / below, lambda _: True)):
                if not self._is_shipped(file, self._read(file, folder)):
                    return self.place(file)
        return ""

    def _is_shipped(self, file: Path, text: str) -> bool:
        assert self._own
        shipped = template_folders(None)[0] / file.relative_to(self._own.root / "templates")
        return shipped.is_file() and self._read(shipped, shipped.parent) == text

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
        if self._is_shipped(file, text):
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
    """An environment whose loops and includes are counted, that reckons with nothing but numbers, and whose texts end."""

    intercepted_binops = frozenset({"*", "+", "**", "-", "/", "//", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
        self._steps = 0
        self._room = LEAST_ROOM
        self._spent = 0.0
        self.filters["counted"] = self._counted

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon with numbers; lists and texts, which could grow without end, are none."""
        for number in (left, right):
            if not isinstance(number, int | float):
                raise SecurityError(f"{operator} is for numbers")
            if abs(number) >= 10**_MOST_DIGITS:
                raise SecurityError(f"{operator} is for numbers of {_MOST_DIGITS} digits")
        if operator == "**" and not 0 <= right <= _MOST_POWER:
            raise SecurityError(f"** is for powers up to {_MOST_POWER}")
        return super().call_binop(context, operator, left, right)

    def fill(self, name: str, context: Mapping[str, Any], room: int = LEAST_ROOM) -> str:
        """What a template becomes: no more than `room` characters, in a time that grows with them."""
        self._room = room = min(room, _MOST_ROOM)
        begun = time.process_time()
        try:
            with at_most(max(_SECONDS + room / _CHARACTERS_PER_S - self._spent, 0.001)):
                return self.get_template(name).render(context)
        except TimeoutError as error:
            raise MistakeError(f"templates/{name}", 1, _words(error)) from error
        finally:
            self._spent += time.process_time() - begun

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
        except (RecursionError, MemoryError, SyntaxError, ValueError, TimeoutError) as error:
            assert isinstance(self.loader, Templates)
            raise MistakeError(self.loader.place(Path(filename or "")), 1, _words(error)) from error

    def concat(self, pieces: Iterable[str]) -> str:
        """What a template has written, which is no more than a large book."""
        kept: list[str] = []
        for piece in pieces:
            self._room -= len(piece)
            if self._room < 0:
                error = SecurityError("it writes far more than it is given")
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
        raise UntrustedError(place, 1, needs_trust(wrong))


@contextmanager
def reading_table(environment: jinja2.Environment, name: str) -> Iterator[dict[str, Any]]:
    """A table of words or ids among the templates. What it lacks is a mistake of the deck's own table."""
    assert isinstance(environment.loader, Templates)
    text, file, _ = environment.loader.get_source(environment, name)
    try:
        yield read_toml_text(text)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if not environment.loader.is_own(Path(file)):
            raise
        line = re.search(r"at line (\d+)", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
        place = environment.loader.place(Path(file))
        raise MistakeError(place, int(line[1]) if line else 1, f"is no such table: {_words(error)}") from error


def _words(error: Exception) -> str:
    """What an exception says to the author of a template."""
    if isinstance(error, TimeoutError):
        return "it takes longer than any look does"
    too_deep = isinstance(error, RecursionError | MemoryError | SyntaxError)
    return _TOO_DEEP if too_deep else (str(error) or type(error).__name__).partition("\n")[0]
