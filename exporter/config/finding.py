"""Which settings hold for a path: the nearest `deck.toml` upwards, below what its user allows.

In: a path on the command line. Out: `Config`, or errors.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from exporter.config.checks import check_settings
from exporter.config.settings import Config
from exporter.config.tables import OwnSettings
from exporter.config.toml import MOST_FAULTS, place_of, read_table, read_toml
from exporter.config.vault import with_vault
from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.machinery.plain_files import is_inside, list_folder
from exporter.machinery.public_hosts import PROXY_FORM, is_proxy
from exporter.machinery.trust import is_trusted
from exporter.source import Span, shown_name


def load_config(path: Path | None, given: Mapping[str, int] = MappingProxyType({})) -> Outcome[Config | None]:
    """The settings that hold for `path`, a Markdown file or a folder; without one, for the current folder.

    The deck's root is the nearest folder upwards with a `deck.toml`. A path that is not that root narrows the source.
    `given` are limits from the command line, over those of the user's own settings; a deck may lower them.
    """
    own = _own_settings(given)
    if own.value is None:
        return Outcome(None, own.diagnostics)
    return _load(path, own.value)


def user_file() -> Path:
    """The user's own settings, of all decks: `fetch`, `proxy` and `[limits]`."""
    from platformdirs import user_config_path

    return user_config_path("make-deck", appauthor=False) / "config.toml"


def _own_settings(given: Mapping[str, int]) -> Outcome[OwnSettings | None]:
    try:
        file = user_file()
        table = read_toml(file) if file.exists() else {}
    except RuntimeError:  # there is no home
        table = {}
    if isinstance(table, Diagnostic):
        return Outcome(None, (table,))
    faults: list[Diagnostic] = []
    own = read_table(OwnSettings, table, file, "", faults)
    if not faults and own.proxy and not is_proxy(own.proxy):
        faults.append(report("config-invalid", place_of(file, "proxy"), '"proxy" must be an address', PROXY_FORM))
    return Outcome(None, tuple(faults)) if faults else Outcome(replace(own, limits=replace(own.limits, **given)))


def _load(path: Path | None, own: OwnSettings) -> Outcome[Config | None]:
    target = Path(os.path.abspath(path or Path()))  # noqa: PTH100 - the parents of ../notes are not those of this folder
    if not _exists(target):
        near = [entry.name for entry in list_folder(target.parent)]
        place = Span(str(path))
        return Outcome(None, (report("source-missing", place, "no such file or folder", suggest(target.name, near)),))
    home = target if target.is_dir() else target.parent
    file = next((f / "deck.toml" for f in (home, *home.parents) if (f / "deck.toml").is_file()), None)
    if file is None:
        name = shown_name(target.name if target.is_dir() else target.stem)
        config = Config(name=name, root=home, source_path=target, fetch=own.fetch, proxy=own.proxy, limits=own.limits)
        return Outcome(with_vault(config))
    if file.parent != home and _is_foreign(file, home):
        hint = f"if you mean it, name its folder: {file.parent}"
        return Outcome(None, (report("config-foreign", Span(str(file)), "it belongs to another user", hint),))
    loaded = _read_file(file, own)
    if loaded.value is None:
        return loaded
    root = file.parent
    config = replace(loaded.value, root=root, file=file, name=loaded.value.name or shown_name(root.name))
    source_path = root / config.source if path is None or target == root else target
    if source_path not in (target, root) and not is_inside(source_path, root):
        message = f'"source" leads out of the deck\'s folder: "{config.source}"'
        return Outcome(None, (report("config-invalid", place_of(file, "source"), message, "put the notes below it"),))
    if not _exists(source_path):
        hint = f'create the folder, or set "source" (now "{config.source}")'
        return Outcome(None, (report("source-missing", place_of(file, "source"), f'no "{config.source}"', hint),))
    config = replace(config, source_path=source_path, trusted=(root / "templates").exists() and is_trusted(root))
    return Outcome(with_vault(config))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _is_foreign(file: Path, home: Path) -> bool:
    """Whether a `deck.toml` further up is neither the user's nor that of whoever has the notes: anybody may put one into /tmp."""
    owners = {home.stat().st_uid, os.geteuid()} if hasattr(os, "geteuid") else {file.stat().st_uid}
    return file.stat().st_uid not in owners


def _read_file(file: Path, own: OwnSettings) -> Outcome[Config | None]:
    table = read_toml(file)
    if isinstance(table, Diagnostic):
        return Outcome(None, (table,))
    faults: list[Diagnostic] = []
    config = read_table(Config, table, file, "", faults)
    faults.extend(islice(check_settings(config, table, own, file), MOST_FAULTS))
    limits = table.get("limits")
    lowered = {name: getattr(config.limits, name) for name in limits} if isinstance(limits, dict) and not faults else {}
    config = replace(config, fetch=own.fetch, proxy=own.proxy, limits=replace(own.limits, **lowered))
    return Outcome(None if faults else config, tuple(faults))
