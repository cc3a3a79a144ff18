"""Data flows one way: a wing imports only from wings above its own, and no wing's rooms import in a circle."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from exporter.diagnostics import CODES

EXPORTER = Path(__file__).parent.parent / "exporter"

ROWS = (
    {"source", "machinery"},
    {"diagnostics", "model"},
    {"config"},
    {"reading"},
    {"markup", "media"},
    {"cards", "print"},
    {"editions"},
    {"pipeline"},
    {"push", "watch"},
    {"cli"},
    {"__main__"},
)
"""The wings of `exporter/`, in the order in which data flows through them."""

MOST_ROOMS = 17
"""What a newcomer takes in at one look: eleven wings, four modules, `__init__` and `__main__`."""

ONLY_IN = {"genanki": "cards", "weasyprint": "print/press", "click": "cli", "anki": "push"}
"""Libraries that one place knows."""

WEASYPRINT_INSIDE = re.compile(r"weasyprint\.(css|formatting_structure|layout|pdf|svg)\b|_page_box")
"""How WeasyPrint works inside: only `print/press/refinements` knows."""

MODULES = sorted(path for path in EXPORTER.rglob("*.py") if path != EXPORTER / "__init__.py")
FOLDERS = sorted({path.parent for path in MODULES if path.parent != EXPORTER})


def wing(path: Path) -> str:
    return path.relative_to(EXPORTER).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def wings_used(path: Path) -> set[str]:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("exporter.")}
    return used - {wing(path), "__version__"}


def row(name: str) -> int:
    return next(number for number, wings in enumerate(ROWS) if name in wings)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_a_module_imports_only_from_wings_above(path: Path) -> None:
    own = wing(path)
    for other in wings_used(path):
        assert row(other) < row(own) or {other, own} <= {"source", "machinery"}, f"{own} imports {other}"


def test_no_wing_reaches_itself_through_others() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        graph.setdefault(wing(path), set()).update(wings_used(path))
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(EXPORTER)))
def test_the_rooms_of_a_folder_do_not_import_in_a_circle(folder: Path) -> None:
    prefix = ".".join(("exporter", *folder.relative_to(EXPORTER).parts, ""))
    graph: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        room = path.relative_to(folder).parts[0].removesuffix(".py")
        used = {name.removeprefix(prefix).split(".")[0] for name in imports(path) if name.startswith(prefix)}
        rooms = {name for name in used if (folder / name).is_dir() or (folder / f"{name}.py").is_file()}
        graph.setdefault(room, set()).update(rooms - {room, "__init__"})
    graph.pop("__init__", None)
    TopologicalSorter(graph).prepare()


def test_the_house_is_taken_in_at_one_look() -> None:
    rooms = [entry for entry in EXPORTER.iterdir() if entry.name not in ("__pycache__", "py.typed")]
    assert len(rooms) <= MOST_ROOMS, sorted(room.name for room in rooms)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_a_library_is_known_in_one_place(path: Path) -> None:
    for package in {name.split(".")[0] for name in imports(path)} & set(ONLY_IN):
        assert path.relative_to(EXPORTER).as_posix().startswith(f"{ONLY_IN[package]}/"), package


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXPORTER)))
def test_one_room_knows_weasyprint_inside(path: Path) -> None:
    if EXPORTER / "print/press/refinements" not in path.parents:
        assert not WEASYPRINT_INSIDE.search(path.read_text(encoding="utf-8"))


def test_every_code_is_kebab_case_and_explained() -> None:
    for code, (_, meaning) in CODES.items():
        assert code == code.lower()
        assert "_" not in code
        assert len(meaning) > 10
