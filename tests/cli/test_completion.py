"""`make-deck --completion`: the shells themselves complete a line with what it prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from exporter.cli import main

BASH = """
eval "$(make-deck --completion bash)"
COMP_WORDS=({words}); COMP_CWORD={last}
_make_deck_completion make-deck
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `make-deck` is this one."""
    command = tmp_path / "bin" / "make-deck"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m exporter "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}


def said(command: list[str], environment: dict[str, str]) -> list[str]:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert result.stderr == ""
    return result.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("make-deck expl", ["explain"]),
        ("make-deck explain image-m", ["image-missing"]),
        ("make-deck build --dup", ["--duplex"]),
        ("make-deck build --volumes fi", ["file"]),
    ],
)
def test_bash_completes_commands_codes_options_and_values(words: str, found: list[str], shell: dict[str, str]) -> None:
    script = BASH.format(words=words, last=words.count(" "))
    assert said(["bash", "-c", script], shell) == found


def test_fish_completes_a_code(shell: dict[str, str]) -> None:
    script = 'make-deck --completion fish | source; complete -C "make-deck explain image-m"'
    assert said(["fish", "--no-config", "-c", script], shell) == ["image-missing"]


def test_zsh_takes_the_script(shell: dict[str, str]) -> None:
    script = 'autoload -Uz compinit; compinit -u -D; eval "$(make-deck --completion zsh)"; print ${_comps[make-deck]}'
    assert said(["zsh", "-f", "-c", script], shell) == ["_make_deck_completion"]


def test_another_shell_is_a_wrong_call() -> None:
    assert CliRunner().invoke(main, ["--completion", "tcsh"]).exit_code == 2
