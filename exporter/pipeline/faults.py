"""What goes wrong around the notes while a deck is made, as diagnostics.

In: an exception. Out: a `Diagnostic` that names the file: it changed, cannot be written, or is a template that is broken.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import jinja2

from exporter.config import Config
from exporter.diagnostics import Diagnostic, report
from exporter.machinery.sandbox import MistakeError, UntrustedError
from exporter.source import Span


def changed_file(error: OSError, config: Config) -> Diagnostic:
    """A picture, sound or film that is not what it was when the notes were read."""
    file = Path(str(error.filename))
    place = Span(file.relative_to(config.root).as_posix() if file.is_relative_to(config.root) else str(file))
    return report("file-changed", place, error.strerror or str(error), "build again")


def unwritable(error: OSError, destination: Path) -> Diagnostic:
    """An output, or its folder, that refuses."""
    place = Span(str(error.filename2 or error.filename or destination))
    hint = "choose another folder with -o"
    return report("output-unwritable", place, error.strerror or str(error), hint)


def template_fault(error: jinja2.TemplateError) -> Diagnostic:
    """Where a template of the deck's own is wrong: Jinja leaves the template's line in the traceback."""
    if isinstance(error, UntrustedError):
        hint = 'read it, and then trust the deck with "make-deck trust", or this once with --trust; or delete it'
        return report("template-untrusted", Span(error.place, error.line), str(error), error.hint or hint)
    if isinstance(error, MistakeError):
        name, line = error.place, error.line
    else:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.endswith(".py")]
        name, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else ("templates", 1)
    place = Path(name)
    shown = "/".join(place.parts[place.parts.index("templates") :]) if "templates" in place.parts else name
    return report(
        "template-invalid",
        Span(shown, line),
        " ".join((error.message or str(error)).split()),
        "mend it, or delete it to use make-deck's own",
    )
