"""How long a saved edit takes to reach the screen: `python -m tests.bench.watch [CARDS] [FILES]`.

Writes a deck, opens its preview in a real browser, edits one answer again and again, and prints the median in ms from
the first byte written to the new text in the card. The handout is typeset in the background all the while.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.preview import Tab, watching

RUNS = 9
_SETTINGS = 'source = "notes"\noutputs = ["handout"]\n'
_CARD = """\
### {n}. 什么是第 {n} 个概念（concept {n}）？

它把 **样本 {n}** 逐步加噪，再学习去噪；损失写作 $L_{{{n}}} = \\|\\epsilon - \\epsilon_\\theta(x_t, t)\\|^2$。

- 优点：训练稳定，*质量* 高
- 缺点：采样慢，约 {n} 步

"""


def write_deck(root: Path, cards: int, files: int) -> Path:
    """A deck of so many cards in so many files; returns the file in the middle, whose first card will be edited."""
    notes = root / "notes"
    notes.mkdir(parents=True)
    (root / "deck.toml").write_text(_SETTINGS, encoding="utf-8")
    share = cards // files
    for number in range(files):
        body = "".join(_CARD.format(n=number * share + i + 1) for i in range(share))
        (notes / f"{number:03}.md").write_text(f"# 第 {number + 1} 章\n\n{body}", encoding="utf-8")
    return notes / f"{files // 2:03}.md"


def measure(root: Path, file: Path) -> list[float]:
    """Milliseconds from saving to seeing, for each run."""
    text = file.read_text(encoding="utf-8")
    question = text.split("### ", 1)[1].split("\n", 1)[0].split(" ", 1)[1]
    times: list[float] = []
    with watching(root) as preview, Tab() as tab:
        (hit,) = preview.search(f'"{question}"')["hits"]
        tab.go(f"{preview.address}#/card/{hit['id']}?side=back")
        tab.until(f"document.querySelector('.question').textContent.includes('{question}')", frame=True)
        for run in range(RUNS):
            time.sleep(1.5)
            start = time.perf_counter()
            file.write_text(text.replace("逐步加噪", f"逐步加噪（第 {run} 次）", 1), encoding="utf-8")
            tab.until(f"document.querySelector('.answer')?.textContent.includes('第 {run} 次')", 30, frame=True)
            times.append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    """Print the figures of one deck."""
    cards, files = (int(argument) for argument in (*sys.argv[1:], "1000", "20")[:2])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "deck")
        times = measure(root, write_deck(root, cards, files))
    print(
        f"{cards} cards in {files} files: an edit shows after {statistics.median(times):.0f} ms "
        f"(median of {RUNS}; {min(times):.0f} to {max(times):.0f})"
    )


if __name__ == "__main__":
    main()
