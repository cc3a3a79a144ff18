"""TOML of a stranger: keys of many parts would take memory by the square of their number."""

from __future__ import annotations

import time
import tomllib

import pytest

from exporter.machinery.toml_text import read_toml_text
from exporter.reading.page.front_matter import _read_toml, _read_yaml


@pytest.mark.parametrize("text", ["a{} = 1", "[a{}]", "[[a{}]]", "x = {{ a{} = 1 }}", "x = {{ b = 1, a{} = 1 }}"])
@pytest.mark.parametrize("part", [".a", ' . "b c"', ".'d'"])
def test_a_key_has_an_end(text: str, part: str) -> None:
    assert read_toml_text(f"z = 1\n{text.format(part * 20)}\n")
    with pytest.raises(tomllib.TOMLDecodeError, match="at line 2"):
        read_toml_text(f"z = 1\n{text.format(part * 40)}\n")


def test_values_with_points_are_no_keys() -> None:
    assert read_toml_text('a = ["1.2.3", 1.5]\nb = "' + "a." * 99 + '"\n')["b"]


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, f"[1, {{ a = {'9' * 5000} }}]", f"-{'1_' * 4000}1"])
def test_a_number_has_an_end(number: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match=r"A number has too many digits \(at line 2, column \d"):
        read_toml_text(f"z = 1\na = {number}\n")
    assert read_toml_text(f'a = "{"9" * 5000}"\nb = {10**30}')["b"] == 10**30


def test_front_matter_is_read_in_linear_time_and_few_faults_are_told() -> None:
    before = time.thread_time()
    entries = _read_toml("\n".join(f"key{n} = 1" for n in range(10_000)) + '\n"last one" = 1')
    assert entries.lines["last one"] == 10_000
    assert len(_read_yaml("a: @x\n" * 10_000).faults) == 20
    assert time.thread_time() - before < 2
