"""The same notes in 30 languages and some fifty forms: whatever is a question in one language is one in all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from exporter.model import Card, CardKind
from exporter.reading.markdown import plain_text
from exporter.reading.page.vocabulary import languages
from tests.conftest import TESTS
from tests.reading.test_dialects import read

LANGUAGES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (TESTS / "spec" / "notes_by_language.toml").read_text(encoding="utf-8")
)
Pairs = Sequence[Sequence[str]]


def lines(form: str, pairs: Pairs, **more: str) -> str:
    """A form, once for each pair: `{n}` counts them, `{q}` asks, `{a}` answers."""
    return "".join(form.format(n=n, q=q, a=a, **more) for n, (q, a) in enumerate(pairs, 1))


TERMS = {
    "bullets": "- {q}{colon}{a}\n",
    "bold bullets": "- **{q}**{colon}{a}\n",
    "dashes": "- {q} – {a}\n",
    "equal signs": "- {q} = {a}\n",
    "arrows": "- {q} → {a}\n",
    "paragraphs": "{q}{colon}{a}\n\n",
    "lines": "{q}{colon}{a}\n",
    "lines with hyphens": "{q} - {a}\n",
    "counted lines": "{n}) {q} — {a}\n",
    "bold paragraphs": "**{q}** – {a}\n\n",
    "bold with the colon": "**{q}{sign}** {a}\n\n",
    "bold lines": "**{q}**\n{a}\n\n",
    "emphasis": "*{q}* – {a}\n\n",
    "numbered": "{n}. {q}{colon}{a}\n",
    "numbered and bold": "{n}. **{q}** – {a}\n",
    "headings": "## {q}\n\n{a}\n\n",
    "definitions": "{q}\n: {a}\n\n",
    "rows": "| {q} | {a} |\n",
    "counted rows": "| {n} | {q} | {a} |\n",
}
ASKED = {
    "headings": "## {q}\n\n{a}\n\n",
    "numbered headings": "## {n}. {q}\n\n{a}\n\n",
    "labels": "{question}{colon}{q}\n{answer}{colon}{a}\n\n",
    "bold labels": "**{question} {n}{sign}** {q}\n\n**{answer}{sign}** {a}\n\n",
    "labels in a list": "- {question}{colon}{q}\n- {answer}{colon}{a}\n\n",
    "labels in an item": "- **{question}**{colon}{q}\n  - **{answer}**{colon}{a}\n",
    "a label above a quotation": "**{question}{sign}** {q}\n\n> {a}\n\n",
    "labelled headings": "### {question} {n}{colon}{q}\n\n**{answer}{sign}** {a}\n\n",
    "headings for both": "## {question} {n}\n\n{q}\n\n### {answer}\n\n{a}\n\n",
    "bold": "**{q}**\n\n{a}\n\n",
    "bold above a line": "**{n}. {q}**\n{a}\n\n",
    "a bold number": "**{n})** {q}\n{a}\n\n",
    "items": "{n}. {q}\n\n   {a}\n\n",
    "items of two lines": "{n}. {q}\n   {a}\n",
    "nested bullets": "- {q}\n    - {a}\n",
    "folds": "<details>\n<summary>{q}</summary>\n\n{a}\n\n</details>\n\n",
    "answers in folds": "{n}. {q}\n\n<details>\n<summary>{answer}</summary>\n\n{a}\n\n</details>\n\n",
    "callouts": "> [!question] {q}\n> {a}\n\n",
}
A, B, C = "{o[0]}", "{o[1]}", "{o[2]}"
EXAMS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "a key": (
        f"{{n}}. {{q}}\n   {A}) x\n   {B}) y\n   {C}) z\n\n",
        lambda key: f"## {key}\n\n1. {B}\n2. {A}\n3. {C}\n4. {B}\n",
    ),
    "a key on a line": (
        f"{{n}}. {{q}}\n   {A}) x\n   {B}) y\n   {C}) z\n\n",
        lambda key: f"{key}{{colon}}1. {B}, 2. {A}, 3. {C}, 4. {B}\n",
    ),
    "a key line by line": (
        f"{{n}}. {{q}}\n\n   {A}) x  {B}) y  {C}) z\n\n",
        lambda key: f"**{key}**\n\n1-{B}\n2-{A}\n3-{C}\n4-{B}\n",
    ),
    "answers below": (f"{{n}}. {{q}}\n\n{A}) x\n{B}) y\n{C}) z\n\n{{answer}}{{colon}}{B}\n\n", lambda _: ""),
    "answers among the options": (
        f"{{n}}. {{q}}\n    - ({A}) x\n    - ({B}) y\n    - **{{answer}}{{sign}} {B}**\n", lambda _: "",
    ),
    "answers in folds": (
        f"### {{question}} {{n}}\n\n{{q}}\n\n- {A}. x\n- {B}. y\n\n<details><summary>{{answer}}</summary>\n\n{B}\n</details>\n\n",
        lambda _: "",
    ),
    "labels": (f"{{question}} {{n}}{{colon}}{{q}}\n{A}. x\n{B}. y\n{{answer}}{{colon}}{B}\n\n", lambda _: ""),
    "boxes": ("**{n}. {q}**\n\n- [ ] x\n- [x] y\n- [ ] z\n\n", lambda _: ""),
    "a tick": ("{n}. {q}\n   - x\n   - y ✅\n   - z\n", lambda _: ""),
    "a bold option": (f"**{{question}} {{n}}.** {{q}}\n\n{A}. x\n\n**{B}. y**\n\n{C}. z\n\n", lambda _: ""),
}  # fmt: skip


def cards(text: str) -> list[Card]:
    return [item for item in read(text).value.items if isinstance(item, Card)]


def missed(found: Iterable[Card], wanted: Pairs) -> bool:
    """Whether the cards are others than those that were asked."""
    texts = [card.text.strip("¿") for card in found]
    return len(texts) != len(wanted) or not all(
        q.strip("¿") in text for text, (q, _) in zip(texts, wanted, strict=True)
    )


@pytest.mark.parametrize("tag", LANGUAGES)
def test_terms_are_found(tag: str) -> None:
    words = LANGUAGES[tag]
    heads = {
        "rows": "| {} | {} |\n|---|---|\n".format(*words["heads"]),
        "counted rows": "| # | {} | {} |\n|---|---|---|\n".format(*words["heads"]),
    }
    more = {"colon": words["colon"], "sign": words["colon"].strip()}
    wrong = [
        name
        for name, form in TERMS.items()
        if missed(
            cards(f"# {words['glossary']}\n\n{heads.get(name, '')}{lines(form, words['terms'], **more)}"),
            words["terms"],
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_questions_are_found(tag: str) -> None:
    words = LANGUAGES[tag]
    more = {"colon": words["colon"], "sign": words["colon"].strip(), **{k: words[k] for k in ("question", "answer")}}
    asked = [(q + words["mark"], a) for q, a in words["asked"]]
    title = f"# {words['exam']}\n\n"
    wrong = [name for name, form in ASKED.items() if missed(cards(title + lines(form, asked, **more)), asked)]
    for name, pairs in (("without a mark", words["asked"]), ("tasks", words["tasks"])):
        if missed(cards(title + lines(ASKED["headings"], pairs)), pairs):
            wrong.append(name)
    above, below = lines("{n}. {q}\n", asked), lines("{n}. {a}\n", asked)
    if missed(cards(f"{title}{above}\n## {words['key']}\n\n{below}"), asked):
        wrong.append("answers together")
    assert wrong == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_exams_are_found(tag: str) -> None:
    words = LANGUAGES[tag]
    more = {"colon": words["colon"], "sign": words["colon"].strip(), **{k: words[k] for k in ("question", "answer")}}
    wrong = []
    for name, (form, key) in EXAMS.items():
        filled = lines(form, [(q + words["mark"], a) for q, a in words["asked"]], o=words["options"], **more)
        found = cards(f"# {words['exam']}\n\n{filled}\n{key(words['key']).format(o=words['options'], **more)}")
        if len(found) != len(words["asked"]) or any(card.kind is not CardKind.CHOICE for card in found):
            wrong.append(name)
    assert wrong == []


VERDICTS = {
    "in brackets": "{n}. {s} ({v})\n",
    "before": "{n}. ({v}) {s}\n",
    "lines": "({n}) {s} [{v}]\n\n",
    "in bold": "- {s} **{v}**\n",
    "behind a dash": "- {s} – {v}\n",
    "below": "{n}. {s}\n   {answer}{colon}{v}\n",
    "two lines": "{n}. {s}\n   {yes}\n   {no}\n   {answer}{colon}{v}\n",
    "two bullets": "### {n}. {s}\n\n- {no}\n- {yes}\n\n**{answer}{sign}** {v}\n\n",
    "boxes": "{n}. {s}\n\n   - [{x}] {yes}\n   - [{o}] {no}\n",
}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_statements_that_say_whether_they_are_true_are_found(tag: str) -> None:
    words = LANGUAGES[tag]
    labels = languages()[tag]["labels"]
    stop = {"zh": "。", "ja": "。", "hi": "।"}.get(tag, ".")
    statements = [f"{term} – {meaning}{stop}" for term, meaning in words["terms"]][:3]
    yes, no = labels["true"][0], labels["false"][0]
    more = {"colon": words["colon"], "sign": words["colon"].strip(), "answer": words["answer"], "yes": yes, "no": no}
    wrong = []
    for name, form in VERDICTS.items():
        said = [yes, no, no]
        filled = (
            form.format(n=n, s=s, v=v, x="x" if v == yes else " ", o="x" if v == no else " ", **more)
            for n, (s, v) in enumerate(zip(statements, said, strict=True), 1)
        )
        found = cards(f"# {words['exam']}\n\n{''.join(filled)}")
        told = [plain_text(card.back.tokens).strip() for card in found]
        if [card.text for card in found] != statements or told != said:
            wrong.append(name)
    assert wrong == []
