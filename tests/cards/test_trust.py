"""A deck's own templates: what changes a look needs nothing, what could do more needs the user's word."""

from __future__ import annotations

import time
from pathlib import Path

import jinja2
import pytest

from exporter.cards.notetypes import card_environment, load_notetype
from exporter.config import load_config
from exporter.machinery.sandbox import MistakeError, UntrustedError
from exporter.machinery.strange_templates import check_css
from exporter.machinery.templates import Own
from exporter.machinery.trust import is_trusted
from exporter.pipeline.faults import template_fault
from exporter.print.pages.appearance import Look, load_look
from exporter.watch.snapshot import Call
from tests.conftest import Deck, Run

NOTE = {"deck.toml": "", "source/a.md": "## What is this?\n\nThis.\n"}
BACK, FRONT, SHEET = "anki/basic/back.html", "anki/basic/front.html", "anki/theme.css"

REFUSED = {
    "a script": (BACK, "<script>alert(1)</script>"),
    "a script and a null byte": (BACK, "<script>alert(1)</script>\0"),
    "a style with a null byte": (SHEET, "a { color: red }\0 @import 'https://example.org'"),
    "a sheet without an end": (BACK, "<style>@import 'https://example.org';"),
    "a sheet in an attribute": (BACK, """<p title="<style>a{content:"><img src=x onerror=alert(1)>"}</style>">x</p>"""),
    "a script in capitals": (BACK, "<SCRIPT>alert(1)</SCRIPT>"),
    "a handler": (BACK, "<img src=x onerror=alert(1)>"),
    "a handler without spaces": (BACK, "<img/src=x/onerror=alert(1)>"),
    "a frame": (BACK, '<iframe src="https://example.org"></iframe>'),
    "a picture of the network": (BACK, '<img src="https://example.org/a.png">'),
    "a picture of the network without a scheme": (BACK, '<img src="//example.org/a.png">'),
    "a link that runs": (BACK, '<a href="javascript:alert(1)">x</a>'),
    "a base": (BACK, '<base href="https://example.org/">'),
    "a style with an address": (BACK, '<p style="background: url(https://example.org)">x</p>'),
    "a sheet with an address": (BACK, "<style>@import 'https://example.org';</style>"),
    "a field in an attribute": (BACK, '<p title="{{Question}}">x</p>'),
    "a tag that a field ends": (BACK, "<p {{Question}}>x</p>"),
    "a tag that a condition makes": (BACK, "<sc{{^Key}}x{{/Key}}ript>alert(1)</script>"),
    "a tag that Jinja makes": (BACK, "<s<% if false %>x<% endif %>cript>alert(1)"),
    "a tag that Jinja writes": (BACK, '<< "<script>" >>'),
    "a comment": (BACK, "<!-- {{Question}} -->"),
    "a way out of Jinja": (BACK, '<< cycler.__init__.__globals__.os.popen("id") >>'),
    "a call": (BACK, "<< lipsum(9999) >>"),
    "a macro": (BACK, "<% macro f() %>x<% endmacro %>"),
    "a filter that unescapes": (BACK, '<< "&lt;script&gt;"|striptags >>'),
    "a text that grows": (BACK, '<% set a = "x" ~ "x" %><% set b = a ~ a %>'),
    "a text of several lines": (BACK, '<< "a\n<b>" >>'),
    "a word of several lines": ("anki/labels.toml", "[en]\nhint = " + "'" * 3 + "a\n" * 99 + "'" * 3),
    "a letter by its number": (BACK, '<< "%c"|format(60) >>img src=x onerror=alert(1)<< "%c"|format(62) >>'),
    "a field as it was before it was escaped": (BACK, "{{text:Question}}"),
    "a field by a filter that Jinja puts together": (BACK, "{<# #>{text:Question}}"),
    "a field by a filter that a choice puts together": (BACK, "{<% if true %>{text:Question}}<% endif %>"),
    "a field in a sheet": (BACK, '<style>a::after { content: "{{Question}}" }</style>'),
    "a field in an attribute without quotes": (BACK, "<p lang={{Lang}}>x</p>"),
    "Anki's other delimiters": (BACK, "{{=[[ ]]=}}[[text:Question]]"),
    "LaTeX": (BACK, "[latex]\\input{/etc/passwd}[/latex]"),
    "a sound of the network": (BACK, "[sound:https://example.org/a.mp3]"),
    "a sound of the network that fields put together": (BACK, "[so{{Number}}und:https://example.org/a.mp3]"),
    "a sound of the network in a sheet": (BACK, "<style>/* [sound:https://example.org/a.mp3] */</style>"),
    "a formula that is a link": (BACK, r"\(\href{javascript:alert(1)}{x}\)"),
    "a picture of the network by entity": (BACK, '<img src="&#47;/example.org/a.png">'),
    "a picture of the network by other entities": (BACK, '<img src="&bsol;&sol;example.org/a.png">'),
    "a picture of the network on the next line": (BACK, '<img src="\n//example.org/a.png">'),
    "a style with an address by entity": (BACK, '<p style="background: u&#114;l(&#47;/example.org)">x</p>'),
    "an address behind a space": (SHEET, 'a { background: url(" //example.org/a.png") }'),
    "an address behind an escaped line end": (SHEET, 'a { background: url("\\a //example.org/a.png") }'),
    "an address behind a tab within": (SHEET, 'a { background: url("/\t/example.org/a.png") }'),
    "a name that is more": ("anki/labels.toml", '[en]\nhint = "x"\n"a: 1; } b { background: url(//example.org)" = "x"'),
    "a language that is more": ("anki/labels.toml", '["en) { } b { background: url(//example.org) }"]\nhint = "x"'),
    "a table that is a page": ("anki/labels.toml", "[en]\nhint = 'x'\n# <script>alert(1)</script>"),
    "an import": (SHEET, "@import url(https://example.org/a.css);"),
    "an address": (SHEET, "a { background: url(https://example.org/a.png) }"),
    "an address in quotes": (SHEET, 'a { background: url("https://example.org/a.png") }'),
    "an address with escapes": (SHEET, 'a { background: \\75\\72\\6c("\\68ttps://example.org") }'),
    "an address in a property": (SHEET, ":root { --x: url(//example.org) }"),
    "an address in a set": (SHEET, 'a { background: image-set("https://example.org" 1x) }'),
    "a font of the network": (SHEET, "@font-face { font-family: x; src: url(https://example.org/x.woff) }"),
    "the end of the sheet": (SHEET, 'a { content: "</style><script>alert(1)</script>" }'),
    "a long text": (SHEET, f'*::before {{ content: "{"a" * 600}" "data:{"a" * 600}" }}'),
    "a counter without end": (SHEET, "p { counter-set: a 100000000; }"),
    "a counter in a property": (SHEET, ":root { --n: 100000000; } p { counter-set: a var(--n) }"),
    "what is no sheet": (SHEET, "a { } } b {"),
    "a behaviour": (SHEET, "a { behavior: none }"),
    "a note type": ("anki/basic/notetype.toml", 'id = 1\nname = "Basic"\nkind = "standard"\ntemplates = []'),
    "a word that is more": ("anki/labels.toml", "[en]\nhint = '</style><script>'\nextra = 'x'\nrecall = 'x'\nmissing = 'x'"),
}  # fmt: skip


def own(deck: Deck, name: str, text: str, *, trusted: bool = False) -> Own:
    return Own(deck({**NOTE, f"templates/{name}": text}), trusted)


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_do_more_needs_trust(what: str, deck: Deck) -> None:
    name, text = REFUSED[what]
    with pytest.raises(UntrustedError) as refused:
        load_notetype("basic", card_environment(own(deck, name, text)))
    assert refused.value.place == f"templates/{name}"
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def test_a_look_ends_by_the_clock_too(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.machinery.sandbox._SECONDS", -59.8)  # of the sixty that LEAST_ROOM gives
    text = "<% for a in range(9999) %>\n<< range(99999)|max >>\n<% endfor %>"
    with pytest.raises(MistakeError, match="longer than any look"):
        load_notetype("basic", card_environment(own(deck, BACK, text)))


def test_what_is_wrong_with_a_template_is_found_in_linear_time(deck: Deck) -> None:
    before = time.thread_time()
    for text in ("<style>" * 50_000, "{{" * 200_000, "<p " + 'a="' * 100_000, "<style></style" * 50_000):
        with pytest.raises(UntrustedError):
            load_notetype("basic", card_environment(own(deck, BACK, text)))
    assert time.thread_time() - before < 5


def test_a_length_of_a_theme_is_a_number(deck: Deck) -> None:
    sizes = "--text-size: 1.2.3pt; --code-size: ...pt; --columns: 99999; --measure: -.5em"
    config = load_config(deck({**NOTE, "templates/themes/paper.css": f":root {{ {sizes} }}"})).value
    assert config
    look = load_look(config, "en")
    assert isinstance(look, Look)
    assert [look.length(name) for name in ("code-size", "columns", "measure")] == [0.5, 99999, -0.5]


LABELS = "[en]\nextra = 'x'\nrecall = 'x'\nmissing = 'x'\nhint = '{}'\n"
THEME = "anki/themes/mine.css"

TOGETHER = {
    "a link that runs": {BACK: '<a href="<< labels.en.hint >>">x</a>', "anki/labels.toml": LABELS.format("javascript:alert(1)")},
    "a picture of the network": {BACK: '<img src="<< labels.en.hint >>">', "anki/labels.toml": LABELS.format("//example.org")},
    "a style": {BACK: '<p style="background: << labels.en.hint >>">', "anki/labels.toml": LABELS.format("url(//example.org)")},
    "a sheet": {SHEET: "a { background: << labels.en.hint >> }", "anki/labels.toml": LABELS.format("url(//example.org)")},
    "a sheet that is included in a page": {BACK: "<% include 'x.css' %>", "x.css": "<img src=x onerror=alert(1)> { }"},
    "a page that is included in a sheet": {SHEET: "<% include 'x.html' %>", "x.html": "@import '//example.org';"},
    "a script of ours in an attribute": {BACK: '<p title="<% include \'anki/partials/script.html\' %>">x</p>'},
    "a theme that Jinja takes for a comment": {THEME: "<# { } a { background: url(//example.org) } #>"},
}  # fmt: skip


@pytest.mark.parametrize("what", TOGETHER)
def test_what_templates_make_together_needs_trust(what: str, deck: Deck) -> None:
    root = deck({**NOTE, **{f"templates/{name}": text for name, text in TOGETHER[what].items()}})
    with pytest.raises(UntrustedError, match="needs trust"):
        load_notetype("basic", card_environment(Own(root)), "mine")
    assert load_notetype("basic", card_environment(Own(root, trusted=True)), "mine")


ALLOWED = {
    "a page of elements": (BACK, '<div class="sheet" lang="{{Lang}}"><hr id=answer>{{#Extra}}<b>{{Extra}}</b>{{/Extra}}</div>'),
    "a hint": (BACK, "{{#Hint}}{{hint:Hint}}{{/Hint}}{{^Hint}}({{Number}}){{/Hint}}"),
    "a number": (BACK, '<p style="width: 9px">x</p><< "%.2f"|format(1.5) >>'),
    "a part of ours": (BACK, '{{Answer}}<% include "anki/partials/script.html" %>'),
    "a picture of the package": (BACK, '<img src="_logo.png" alt="">'),
    "a link": (BACK, '<a href="https://example.org/">x</a>'),
    "a style": (BACK, '<p style="color: red; margin: calc(1px + 2px)">x</p>'),
    "a sheet": (SHEET, ":root { --ink: #123 } @media (min-width: 3em) { a::after { content: 'x'; color: var(--ink) } }"),
    "a font of the package": (SHEET, "@font-face { font-family: x; src: local(y), url('_x.woff2') }"),
    "a picture in itself": (SHEET, "a { background: url(data:image/png;base64,AAAA) }"),
    "a large picture": (SHEET, f"a {{ background: url('data:image/png;base64,{'A' * 9_000}') }}"),
    "a layer above all": (SHEET, "a { z-index: 2147483647; width: 100000000px }"),
}  # fmt: skip


@pytest.mark.parametrize("what", ALLOWED)
def test_a_look_needs_nothing(what: str, deck: Deck) -> None:
    name, text = ALLOWED[what]
    notetype = load_notetype("basic", card_environment(own(deck, name, text)), "mine")
    assert text.split("<<")[0].split("<%")[0] in notetype.templates[0].back + notetype.css


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_a_look_that_other_decks_have_too_needs_trust(theme: str, deck: Deck) -> None:
    root = deck(
        {**NOTE, f"templates/{SHEET}": ".card * { display: none }", f"templates/anki/themes/{theme}.css": "b { }"}
    )
    with pytest.raises(UntrustedError, match="all decks of this theme") as refused:
        load_notetype("basic", card_environment(Own(root)), theme)
    assert (refused.value.place, refused.value.hint[:23]) == (f"templates/{SHEET}", "give the look a name: t")
    assert load_notetype("basic", card_environment(Own(root, trusted=True)), theme)
    mine = load_notetype("basic", card_environment(Own(root)), "mine")
    assert mine.id != load_notetype("basic", card_environment(None), theme).id


@pytest.mark.parametrize("name", ["themes/paper.css", "anki/themes/mine.css", "anki/unused.css"])
def test_what_changes_nothing_of_other_decks_needs_nothing(name: str, deck: Deck) -> None:
    root = deck({**NOTE, f"templates/{name}": "a { color: red }"})
    shipped = Path(__file__).parents[2] / "templates" / "anki" / "card.css"
    (root / "templates" / "anki").mkdir(exist_ok=True)
    (root / "templates" / "anki" / "card.css").write_bytes(shipped.read_bytes())
    assert load_notetype("basic", card_environment(Own(root))) == load_notetype("basic", card_environment(None))


def test_jinja_of_a_trusted_deck_reaches_nothing_either(deck: Deck) -> None:
    text = '<< cycler.__init__.__globals__.os.popen("id") >>'
    with pytest.raises(jinja2.TemplateError):
        load_notetype("basic", card_environment(own(deck, BACK, text, trusted=True)))


MISTAKES = {
    "loops that take years": "<% for a in range(9999) %><% for b in range(9999) %><% endfor %><% endfor %>",
    "a text of gigabytes": f"<% for a in range(9999) %>{'x' * 9999}<% endfor %>",
    "a product of texts": '<< "x" * 99999999999 >>',
    "a product of lists": "<< [1] * 99999999999 >>",
    "a product of products": f"<% set a = {'9' * 18} * 9 %><% set b = a * a %><% set c = b * b %><< c * c >>",
    "a word in a wide form": '<< "%999999999d" % 1 >>',
    "itself": '<% include "anki/basic/back.html" %>',
    "itself, twice": '<% include "anki/basic/back.html" %><% include "anki/basic/back.html" %>',
    "what it extends": '<% extends "anki/basic/back.html" %>',
    "brackets": f"<< {'(' * 3000}1{')' * 3000} >>",
    "signs": f"<< {'-' * 5000}1 >>",
    "conditions": "<% if 1 %>" * 3000 + "<% endif %>" * 3000,
    "more blocks than Python has": "<% for a in [1] %>" * 30 + "<% endfor %>" * 30,
    "a number of 5,000 digits": f"<< {'9' * 5000} >>",
    "a division by zero": "<< 1 / 0 >>",
    "a difference of words": '<< "a" - 1 >>',
    "a loop over a number": "<% for a in 1 %><% endfor %>",
    "a power of a power": "<< 2 ** 999999999 >>",
    "a test that is none": "<< 3 is nosuch >>",
    "a file that is none": "<% include 1 %>",
    "words in a form for more": '<< "%s %s"|format(1) >>',
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_said_at_its_template(what: str, deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.machinery.sandbox._MOST_STEPS", 10_000)
    for trusted in (False, True):
        with pytest.raises(jinja2.TemplateError) as raised:
            load_notetype("basic", card_environment(own(deck, BACK, f"\n{MISTAKES[what]}", trusted=trusted)))
        found = template_fault(raised.value)
        assert found.span
        assert found.span.path == f"templates/{BACK}"
        assert found.code == "template-invalid" or (not trusted and found.code == "template-untrusted")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("anki/basic/notetype.toml", "\n[[[", 2),
        ("anki/basic/notetype.toml", "", 1),
        ("anki/basic/notetype.toml", "id = []\nname = ''\nkind = 1\ntemplates = 2", 1),
        ("anki/fields.toml", "fields = [1]", 1),
        ("anki/fields.toml", "a = " + "[" * 10_000, 1),
        ("anki/labels.toml", "a = 1", 1),
    ],
)
def test_a_table_that_lacks_something_is_said(name: str, text: str, line: int, deck: Deck) -> None:
    with pytest.raises(MistakeError) as raised:
        load_notetype("basic", card_environment(own(deck, name, text, trusted=True)))
    assert (raised.value.place, raised.value.line) == (f"templates/{name}", line)


def test_a_mistake_of_our_own_is_no_mistake_of_the_deck(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = card_environment(own(deck, SHEET, "a { color: red }"))
    monkeypatch.setitem(environment.globals, "range", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        environment.from_string("<< range(1) >>").render()


def test_a_theme_of_print_is_looked_at(deck: Deck) -> None:
    root = deck({**NOTE, "templates/themes/paper.css": "a { } </style><script>x</script>"})
    config = load_config(root).value
    assert config
    with pytest.raises(UntrustedError):
        load_look(config, "en")


def test_a_template_that_is_a_link_is_not_read(deck: Deck, tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("a { color: red }", encoding="utf-8")
    where = own(deck, "x.css", "")
    (where.root / "templates" / "anki").mkdir()
    (where.root / "templates" / "anki" / "theme.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(UntrustedError, match="leads out"):
        load_notetype("basic", card_environment(where))


def test_trust_is_remembered_until_something_changes(
    deck: Deck, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    root = deck({**NOTE, f"templates/{BACK}": "<div class=sheet>{{Answer}}<script>x()</script></div>"})
    assert run("build", root, "--only", "apkg").returncode == 1
    assert run("build", root, "--only", "apkg", "--trust").returncode == 0
    assert not is_trusted(root)
    assert "1 templates" in run("trust", root).stdout
    assert is_trusted(root)
    assert run("check", root).returncode == 0
    (root / "templates" / "new.css").write_text("", encoding="utf-8")
    assert not is_trusted(root)
    assert run("check", root).returncode == 1


def test_a_preview_that_runs_trusts_only_what_was_trusted(
    deck: Deck, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    root = deck({**NOTE, f"templates/{BACK}": "<div class=sheet>{{Answer}}<script>x()</script></div>"})
    run("trust", root)
    calls: list[Call] = []
    monkeypatch.setattr("exporter.watch.run.watch", lambda call, **_: calls.append(call))
    assert run("watch", root).returncode == 0
    (root / "templates" / BACK).write_text("<div class=sheet>{{Answer}}<script>y()</script></div>", encoding="utf-8")
    settings = calls[0].settings().value
    assert settings is not None
    assert not settings.trusted


def test_templates_that_cannot_be_listed_are_not_trusted(deck: Deck, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = deck({**NOTE, f"templates/{BACK}": "<div class=sheet>{{Answer}}<script>x()</script></div>"})

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)  # as root, nothing is refused by the system itself
    assert not is_trusted(root)
    said = run("trust", root)
    assert said.returncode == 1
    assert "templates:1:1: error[template-untrusted]: Permission denied" in said.stderr


def test_there_is_nothing_to_trust_where_nothing_is(deck: Deck, run: Run) -> None:
    assert "nothing to trust" in run("trust", deck(NOTE)).stdout


def test_our_own_sheets_pass() -> None:
    from exporter.machinery.templates import template_folders

    for sheet in (template_folders(None)[0] / "anki" / "themes").glob("*.css"):
        assert check_css(sheet.read_text(encoding="utf-8")) is None
