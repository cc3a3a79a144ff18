"""Fit the weights by which make-deck chooses what the questions of a file are.

Usage: python tools/fit_detection.py LABELS.jsonl... [--folds 10] [--write]

A line of LABELS.jsonl is a file: `repo`, `path`, and `cards`, the [line, words] of each question; `doubtful` lines count
neither way, `also` maps the line of a card to others at which it may stand, `weight` is how much a file
counts where notes are told from other pages. The files lie under `files/<owner>+<name>/<path>` beside it. The pages of
`pages.txt` join them. Prints how well files of left-out repositories are read; with --write the weights, fitted on
all, replace `exporter/reading/detection/weights.json`.

Three linear models, each from what the one before says of repositories that it did not see: is a candidate a question
(logistic), which explanation has the best F1 (softmax), are these notes at all (logistic). Needs numpy (extra "fit").
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporter.reading.detection import choice as choices
from exporter.reading.detection.certainty import sure_by
from exporter.reading.detection.choice import Weights
from exporter.reading.detection.explanations import Explained
from exporter.reading.detection.features import FEATURES, read_features
from exporter.reading.detection.forms import Form
from exporter.reading.detection.notes import NOTES, read_notes
from exporter.reading.detection.totals import Totals, answered, read_totals
from exporter.reading.detection.traits import TRAITS, Field
from exporter.reading.dialects.dialect import Finding
from exporter.reading.markdown import parse
from exporter.reading.questions import Document, read_field_of
from exporter.source import SourceFile, decode

Array = NDArray[np.float64]
WEIGHTS = Path(choices.__file__).with_name("weights.json")
_CARD = "¶"
"""The sign in a line of a page that is a card."""
PAGES = Path(__file__).with_name("pages.txt")
_TRAITS_L2, _FEATURES_L2, _NOTES_L2 = 30.0, 30.0, 100.0
_TEMPER, _NEAR = 8.0, 0.2
"""How fast what is wanted falls with F1, and how much less an explanation is wanted that is not the best."""
_NO_NOTES, _PAGE, _AHEAD = 6.0, 1.5, 0.3
"""How much a file without cards weighs against one with, there are few of them, and of many kinds; and a made-up one;
and the log-odds that notes must be ahead: a deck of what is none is worse than a message that says there are none."""
_PAGE_CHOICE = 0.1
"""How much a made-up page weighs where explanations are held against each other: it is of one form, real notes mix them."""


@dataclass
class File:
    """A labelled file, and what the models say of it."""

    label: Mapping[str, Any]
    field: Field
    ruled: Finding
    lines: list[int]
    fold: int
    odds: list[float] = field(default_factory=list)
    found: list[Explained] = field(default_factory=list)
    counts: list[tuple[int, int, int]] = field(default_factory=list)
    rows: Array = field(default_factory=lambda: np.zeros((0, 0)))
    notes: Array = field(default_factory=lambda: np.zeros(0))
    pick: int = 0
    scores: list[float] = field(default_factory=list)
    decided_by: str = "choice"
    confidence: float = 0.0
    got: tuple[int, int, int] = (0, 0, 0)

    @property
    def wanted(self) -> list[int]:
        """The lines of the cards."""
        return sorted({card if isinstance(card, int) else card[0] for card in self.label["cards"]})


def load(labels: Path, folds: int) -> list[File]:
    """Read and parse all labelled files."""
    files: list[File] = []
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        path = labels.parent / "files" / label["repo"].replace("/", "+") / label["path"]
        text = decode(path.read_bytes())
        assert isinstance(text, str), path
        files.append(read_file(label, path, text, folds))
    return files


def read_file(label: Mapping[str, Any], path: Path, text: str, folds: int) -> File:
    """Read and parse one file; the fold goes by its repository."""
    source = SourceFile.from_text(path.name, path, text)
    found, ruled = read_field_of(Document(source, parse(source).value))
    lines = [found.page.line(candidate.start) + 1 for candidate in found.candidates]
    fold = int(hashlib.sha1(label["repo"].encode(), usedforsecurity=False).hexdigest(), 16) % folds
    return File(label, found, ruled, lines, fold)


def load_pages(folds: int) -> list[File]:
    """The pages of `pages.txt`, each a repository of its own. Of some, whether they are notes is all that is known."""
    files: list[File] = []
    for part in PAGES.read_text(encoding="utf-8").split("\n%% ")[1:]:
        name, _, text = part.partition("\n")
        lines = [number for number, line in enumerate(text.split("\n"), 1) if _CARD in line]
        notes = name.startswith("+ ")
        label = {
            "repo": f"page {name}", "path": name, "cards": lines or [1] * notes, "weight": _PAGE,
            "known": bool(lines) or not notes,
        }  # fmt: skip
        files.append(read_file(label, Path(name.removeprefix("+ ")), text.replace(_CARD, ""), folds))
    return files


def compare(file: File, got: Sequence[int]) -> tuple[int, int, int]:
    """Hits, lines too many, lines missed; a line beside is near enough."""
    left = list(got)
    also = {int(key): value for key, value in file.label.get("also", {}).items()}
    hits = 0
    for line in file.wanted:
        near = next((at for at in (line, *also.get(line, []), line + 1, line - 1) if at in left), None)
        if near is not None:
            left.remove(near)
            hits += 1
    doubtful = {at + d for at in file.label.get("doubtful", []) for d in (-1, 0, 1)}
    return hits, sum(at not in doubtful for at in left), len(file.wanted) - hits


def f1(counts: tuple[int, int, int]) -> float:
    """1 where nothing is wrong."""
    hits, extra, missed = counts
    return 1.0 if extra + missed == 0 else 2 * hits / (2 * hits + extra + missed)


def fit_logistic(x: Array, y: Array, w: Array, l2: float, floor: float) -> Array:
    """Newton's method; the first column is the constant. Columns that hardly vary count as if they varied by `floor`."""
    mean, scale = x.mean(0), np.maximum(x.std(0), floor)
    mean[0], scale[0] = 0, 1
    z = (x - mean) / scale
    ridge = l2 * np.eye(z.shape[1])
    ridge[0, 0] = 0.01
    b = np.zeros(z.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(z @ b, -30, 30)))
        b -= np.linalg.solve((z * (w * p * (1 - p))[:, None]).T @ z + ridge, z.T @ (w * (p - y)) + ridge @ b)
    b /= scale
    b[0] -= (mean * b).sum()
    return b


def fit_traits(files: Iterable[File]) -> Array:
    """Is a candidate a question? A file weighs less than its candidates together."""
    rows, marks, weights = [], [], []
    for file in files:
        if file.lines:
            y, known = _label(file)
            rows.append(np.array(file.field.rows))
            marks.append(y)
            weights.append(known / len(file.lines) ** 0.6)
    w = np.concatenate(weights)
    w *= 3000 / w.sum()
    return fit_logistic(np.concatenate(rows), np.concatenate(marks), w, _TRAITS_L2, 0.1)


def _label(file: File) -> tuple[Array, Array]:
    """For each candidate whether it stands at a card, and whether that is known."""
    places: dict[int, list[int]] = {}
    y, known = np.zeros(len(file.lines)), np.ones(len(file.lines))
    for index, (line, candidate) in enumerate(zip(file.lines, file.field.candidates, strict=True)):
        if candidate.form is not Form.FILE:
            places.setdefault(line, []).append(index)
        elif len(file.wanted) == 1 and abs(file.wanted[0] - line) <= 1:
            y[index] = 1
    also = file.label.get("also", {})
    for line in file.wanted:
        at = next((at for at in (line, *also.get(str(line), []), line + 1, line - 1) if at in places), None)
        y[places.get(at, []) if at is not None else []] = 1
    for line in file.label.get("doubtful", []):
        for at in (line - 1, line, line + 1):
            for index in places.get(at, []):
                known[index] = max(y[index], 0)
    return y, known


def explain(file: File, traits: Array) -> None:
    """List the explanations of a file and what each gets right."""
    file.odds = choices.candidate_odds(file.field, Weights(tuple(map(float, traits)), (), ()))
    totals = _totals(file)
    file.found = choices.list_explanations(totals)
    file.rows = np.array([read_features(totals, explained) for explained in file.found])
    file.counts = [
        compare(file, sorted(file.lines[m] for m in answered(totals, explained.members))) for explained in file.found
    ]
    file.decided_by = sure_by(totals, file.ruled)


def _totals(file: File) -> Totals:
    return read_totals(file.field, file.odds, choices.rule_members(file.field, file.ruled[1]))


def fit_features(files: Sequence[File]) -> Array:
    """Which explanation is best? Those that are right share what is likely."""
    files = [file for file in files if file.wanted and len(file.found) > 1]
    x = np.concatenate([file.rows for file in files])
    scale = np.maximum(x.std(0), 0.25)
    z = (x - x.mean(0)) / scale
    sizes = [len(file.found) for file in files]
    owner, starts = np.repeat(np.arange(len(files)), sizes), np.cumsum([0, *sizes])[:-1]
    wanted = []
    for file in files:
        values = np.array([f1(counts) for counts in file.counts])
        q = np.exp(_TEMPER * (values - values.max())) * np.where(values < values.max() - 1e-9, _NEAR, 1.0)
        wanted.append(q / q.sum())
    q = np.concatenate(wanted)
    w = np.repeat([_worth(file) for file in files], sizes)

    def slope(b: Array) -> Array:
        s = z @ b
        p = np.exp(s - np.maximum.reduceat(s, starts)[owner])
        p /= np.add.reduceat(p, starts)[owner]
        result: Array = z.T @ (w * (p - q)) + _FEATURES_L2 * b
        return result

    b: Array = _descend(slope, z.shape[1]) / scale
    return b


def _worth(file: File) -> float:
    """How much the choice of a file counts: more where there are many cards."""
    return float((1 + np.log2(2 + len(file.wanted)) / 4) * (_PAGE_CHOICE if "known" in file.label else 1))


def _descend(slope: Callable[[Array], Array], size: int, steps: int = 400) -> Array:
    """Adam with a rate that falls."""
    b, m, v = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        g = slope(b)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        rate = 0.1 * (1 - step / steps) + 0.001
        b -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-9)
    return b


def pick(file: File, features: Array) -> None:
    """The best explanation of a file, if it is notes."""
    if not file.found:
        return
    totals = _totals(file)
    file.scores = [float(score) for score in file.rows @ features]
    file.pick = int(np.argmax(file.scores))
    file.notes = np.array(read_notes(totals, tuple(file.rows[file.pick])))
    if file.decided_by != "choice":
        file.pick = next(i for i, explained in enumerate(file.found) if explained.members == totals.rules)


def fit_notes(files: Iterable[File]) -> Array:
    """Are these notes to learn from?"""
    files = [file for file in files if len(file.notes)]
    y = np.array([float(bool(file.wanted)) for file in files])
    w = np.array([file.label.get("weight", 1.0 if file.wanted else _NO_NOTES) for file in files])
    b = fit_logistic(np.array([file.notes for file in files]), y, w, _NOTES_L2, 0.05)
    b[0] -= _AHEAD
    return b


def decide(file: File, notes: Array) -> None:
    """Hits and errors of what is chosen in the end, and how sure it is."""
    odds = float(file.notes @ notes) if file.found else 0.0
    chosen = bool(file.found) and (file.decided_by != "choice" or odds > 0)
    file.confidence = choices.confidence(_totals(file), file.decided_by, file.found, file.scores, odds)
    file.got = file.counts[file.pick] if chosen else (0, 0, len(file.wanted))


def cross(files: Sequence[File], fit: Callable[[list[File]], Array], use: Callable[[File, Array], None]) -> None:
    """Use on each fold what was fitted on the others."""
    for fold in sorted({file.fold for file in files}):
        weights = fit([file for file in files if file.fold != fold])
        for file in files:
            if file.fold == fold:
                use(file, weights)


def fit_all(files: Sequence[File], pages: Sequence[File] = ()) -> dict[str, dict[str, float]]:
    """Fit the models in turn; afterwards each file holds what was chosen for it without its repository.

    `pages` whose cards are not known tell only that they are notes.
    """
    taught = [*files, *(page for page in pages if page.label["known"])]
    others = [page for page in pages if not page.label["known"]]
    cross(taught, fit_traits, explain)
    traits = fit_traits(taught)
    for page in others:
        explain(page, traits)
    cross(taught, fit_features, pick)
    features = fit_features(taught)
    for page in others:
        pick(page, features)
    every = [*files, *pages]
    cross(every, fit_notes, decide)
    fitted = {"traits": (TRAITS, traits), "features": (FEATURES, features), "notes": (NOTES, fit_notes(every))}
    return {
        group: {name: float(f"{w:.4g}") for name, w in zip(names, weights, strict=True) if abs(w) >= 1e-4}
        for group, (names, weights) in fitted.items()
    }


def shares(files: Sequence[File]) -> str:
    """Precision, recall, F1, and files exactly right."""
    hits, extra, missed = (sum(file.got[i] for file in files) for i in range(3))
    exact = sum(file.got[1:] == (0, 0) for file in files) / max(1, len(files))
    precision, recall = hits / max(1, hits + extra), hits / max(1, hits + missed)
    both = 2 * hits / max(1, 2 * hits + extra + missed)
    return f"{len(files)} files, {exact:.0%} exact, precision {precision:.3f}, recall {recall:.3f}, F1 {both:.3f}"


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    labelled = [file for labels in args.labels for file in load(labels, args.folds)]
    weights = fit_all(labelled, load_pages(args.folds))
    print("all:         ", shares(labelled))
    print("give no card:", shares([file for file in labelled if not file.wanted]))
    print("called sure: ", shares([file for file in labelled if file.confidence >= choices.SURE]))
    if args.write:
        WEIGHTS.write_text(json.dumps(weights, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
