"""Data flows one way: a module imports only from the rows above its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from exporter.diagnostics import CODES

EXPORTER = Path(__file__).parent.parent / "exporter"

ROWS = (
    {"source"},
    {"diagnostics"},
    {"model", "config", "resources", "cache", "pictures"},
    {"markdown", "notetypes", "fonts", "nesting", "volumes", "workers"},
    {"fingerprints", "mentions"},
    {"dialects", "math", "anchors", "folios"},
    {"assets", "identity", "checks", "fetch", "receipt"},
    {"reader"},
    {"records"},
    {"html"},
    {"notes", "tombstones", "pages", "changes", "outline"},
    {"editions", "ahead"},
    {"writers"},
    {"build", "adopt", "scaffold"},
    {"watch", "push"},
    {"cli"},
    {"__main__"},
)
"""The modules of `exporter/`, in the order in which data flows through them."""

WRITERS_ONLY = {"genanki", "weasyprint"}


def room(path: Path) -> str:
    relative = path.relative_to(EXPORTER)
    return relative.parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def row(name: str) -> int:
    return next(number for number, rooms in enumerate(ROWS) if name in rooms)


MODULES = sorted(path for path in EXPORTER.rglob("*.py") if path != EXPORTER / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_a_module_imports_only_from_rows_above(path: Path) -> None:
    own = room(path)
    for name in imports(path):
        if name.startswith("exporter."):
            other = name.split(".")[1]
            assert other == own or row(other) < row(own), f"{own} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_only_writers_import_genanki_and_weasyprint_and_only_the_command_imports_click(path: Path) -> None:
    packages = {name.split(".")[0] for name in imports(path)}
    assert room(path) == "writers" or not packages & WRITERS_ONLY
    assert room(path) == "cli" or "click" not in packages


def test_every_code_is_kebab_case_and_explained() -> None:
    for code, (_, meaning) in CODES.items():
        assert code == code.lower()
        assert "_" not in code
        assert len(meaning) > 10
