"""The card templates, seen: five types with hard content, in six modes, must be clean on both sides.

Needs the `aqt` wheel (fetched once) and a Chromium; skips where either is not to be had.
"""

from __future__ import annotations

import importlib.util
import io
import json
import re
import tomllib
import wave
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import genanki
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageDraw
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from tests.anki_view import (
    MODES,
    Finding,
    Package,
    Viewer,
    ViewerMissingError,
    check_package,
    chromium,
    reviewer_assets,
)
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("card view")  # one browser

TEMPLATES = ROOT / "templates"
TYPES = ("basic", "reversed", "cloze", "typein", "choice")


# --------------------------------------------------------------------------------------------- the note types


def model(kind: str) -> genanki.Model:
    """A note type of `templates/anki/`, rendered as the build renders it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder = TEMPLATES / "anki"
    labels = tomllib.loads((folder / "labels.toml").read_text("utf-8"))
    fields = tomllib.loads((folder / "fields.toml").read_text("utf-8"))["fields"]
    about = tomllib.loads((folder / kind / "notetype.toml").read_text("utf-8"))

    def page(name: str) -> str:
        return environment.get_template(f"anki/{kind}/{name}").render()

    templates = [
        {
            "id": template["id"],
            "name": template["name"],
            "qfmt": page(template["front"]),
            "afmt": page(template["back"]),
            "bqfmt": template["browser_front"],
            "bafmt": template["browser_back"],
        }
        for template in about["templates"]
    ]
    css = environment.get_template("anki/card.css").render(labels=labels, theme="anki/theme.css")
    names = [field["name"] for field in fields]
    return genanki.Model(
        about["id"],
        about["name"],
        fields=fields,
        templates=templates,
        css=css,
        model_type=genanki.Model.CLOZE if about["kind"] == "cloze" else genanki.Model.FRONT_BACK,
        sort_field_index=names.index(about["sort"]),
    )


# ------------------------------------------------------------------------------------------ what the cards hold


def code(language: str, text: str) -> str:
    inner = highlight(text, get_lexer_by_name(language), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<div class="code"><pre><code class="language-{language}">{inner}</code></pre></div>'


PYTHON = code(
    "python",
    """
@torch.no_grad()
def train_step(model: nn.Module, opt: "Optimizer", x, *, cond=None, alpha_bar: Tensor) -> float:  # 一步训练
    '''Add noise, then predict it.'''
    z0 = vae.encode(x)                   # (B, C, T, H, W)
    t = torch.randint(0, len(alpha_bar), (len(z0),), device=z0.device)
    zt = a.sqrt() * z0 + (1 - a).sqrt() * torch.randn_like(z0)
    if not loss.isfinite() or t is None:
        raise ValueError(f"bad loss {loss!r}\\n")
    return 1.5e-3 + 0xFF
class Encoder(nn.Module):
    size = None
""",
)
DIFF = code("diff", "--- a/deck.toml\n+++ b/deck.toml\n@@ -1,2 +1,2 @@\n-name = 'old'\n+name = 'new'\n")
MARKUP = code("html", '<!-- note --><a class="source" href="x">&amp; text</a>')
SHELL = code("bash", 'for f in *.md; do make-deck build "$f" --only apkg -o out/ && echo $?; done  # every file')

FORMULA = r"""<div class="math-display">\[ \log p_\theta(x)\;\ge\;\mathbb{E}_{q_\phi(z\mid x)}\big[\log
p_\theta(x\mid z)\big]-D_{\mathrm{KL}}\big(q_\phi(z\mid x)\,\Vert\,p(z)\big)+\sum_{t=1}^{T}\mathbb{E}\big[\Vert
\epsilon-\epsilon_\theta(\sqrt{\bar\alpha_t}x_0+\sqrt{1-\bar\alpha_t}\,\epsilon,\,t,\,c)\Vert^2\big] \]</div>"""
INLINE = (
    r"\(x\in\mathbb{R}^{T\times H\times W\times 3},\quad"
    r" D^*(x)=\frac{p_{\mathrm{data}}(x)}{p_{\mathrm{data}}(x)+p_g(x)}\)"
)

TABLE = r"""<div class="table"><table><thead><tr>
<th>维度</th><th>GAN</th><th>VAE</th><th style="text-align:center">扩散模型</th>
<th align="right">FID</th><th align="right">步数</th></tr></thead><tbody>
<tr><td>训练目标</td><td>极小极大博弈，原始形式对应JS散度</td><td>最大化ELBO：重建项减KL项</td>
<td style="text-align:center">预测噪声 \(\epsilon_\theta(x_t,t,c)\)</td>
<td align="right">2.27</td><td align="right">250</td></tr>
<tr><td>样本特点</td><td>锐利，可能缺模式</td><td>覆盖较全，偏模糊</td>
<td style="text-align:center"><code>guidance_scale=7.5</code></td>
<td align="right">12.60</td><td align="right">1</td></tr>
</tbody></table></div>"""
FIGURE = """<figure class="figure"><img src="diagram.png" alt="扩散模型的前向与反向过程">
<figcaption>扩散模型：前向逐步加噪，反向逐步去噪</figcaption></figure>"""
TALL = '<figure class="figure"><img src="tall.png" alt="A tall picture"></figure>'
MISSING = """<figure class="figure missing">
<div class="missing-name">imgs/供需曲线-a-very-long-name-without-any-spaces-in-it.png</div>
<figcaption>供给与需求</figcaption></figure>"""
CHINESE = f"""
<p><strong>扩散模型</strong>是一类通过<strong>逐步去噪</strong>生成数据的模型：从纯高斯噪声出发，\
每一步去掉一点噪声，得到视频——思想源于<em>非平衡热力学</em>（Sohl-Dickstein等，2015），\
DDPM给出了“简洁有效”的训练方式……</p>
{FIGURE}
<p><strong>核心是两个方向相反的过程：</strong></p>
<ul><li><strong>前向过程：</strong>\\(q\\) 固定不学习，按噪声表 \\(\\beta_t\\) 逐步加噪，张量写成 {INLINE}。</li>
<li><strong>反向过程：</strong>由网络学习，逐步恢复数据。
<ol><li>采样步</li><li>求解器见<a href="https://example.org">第6题</a></li></ol></li></ul>
{FORMULA}<h4>一步训练的代码</h4>{PYTHON}{TABLE}"""

COLOURS = "red DeepSkyBlue OrangeRed green yellow purple gray white black #0000ff #123456"
FONTS = " ".join(f'<font color="{colour}">{colour}</font>' for colour in COLOURS.split())
CALLOUTS = "".join(
    f'<div class="callout callout-{kind}"><p class="callout-title">{kind.title()}</p>'
    '<p>Scores move with <a href="#">frame rate</a>.</p></div>'
    for kind in ("note", "tip", "warning", "danger", "important", "quote")
)
ADDRESS = "https://example.org/a/very/long/address/that/does/not/break/anywhere/because/it/has/no/spaces"
EVERYTHING = f"""
<p>Plain text with <em>emphasis</em>, <strong>strong words</strong>, <code>inline_code(with=arguments)</code>,
<mark>marked</mark>, <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O, x<sup>2</sup>, <del>old</del>,
<a href="{ADDRESS}">{ADDRESS}</a> and an inline picture
<img class="inline" src="icon.png" alt="">.<sup><a href="#fn1">1</a></sup></p>
<p>{FONTS}</p>
<ul><li class="task"><span class="box done"></span>Sampling: steps, sampler, guidance scale</li>
<li class="task"><span class="box"></span>Format: resolution, frame rate, number of frames, and the codec</li></ul>
{CALLOUTS}
<blockquote><p>No single metric covers all of this, so a report needs several, plus people.</p></blockquote>
<details class="fold"><summary>Answer in the notes</summary><p>What was folded away, with <code>code</code>.</p></details>
<dl><dt>FVD</dt><dd>Fréchet Video Distance</dd><dt>CLIP score</dt><dd>Cosine similarity of two embeddings</dd></dl>
<hr><h2>A heading</h2><h3>A smaller one</h3><p>Text below it.</p>
{SHELL}{DIFF}{MARKUP}{TALL}{MISSING}
<div align="center"><img src="icon.png" alt="icon"></div>
<div class="unsupported"><p>Mermaid diagram, as source:</p>
<div class="code"><pre><code>graph TD; A--&gt;B</code></pre></div></div>
<section class="footnotes"><ol><li id="fn1"><p>Unterthiner et al., 2018. <a href="#r1">↩</a></p></li></ol></section>"""
QUIZ = r"""<ol class="options" data-right="2"><li class="option">They are scored together</li>
<li class="option is-right">Order is invisible: a reversed clip gets the same score as the clip itself</li>
<li class="option"><code>fps</code> decides, see \(\frac{a}{b}\)</li>
<li class="option is-right">Long prompts are cut off</li></ol>"""

SHORT = {"Question": '<p class="short">la maison</p>', "Answer": '<p class="short">house</p>', "Lang": "fr"}

# (type, fields, tags); what is not given: see `note`.
NOTES: tuple[tuple[str, dict[str, str], list[str]], ...] = (
    (
        "basic",
        {
            "Question": "<p>简要解释下什么是扩散模型？</p>",
            "Answer": CHINESE,
            "Hint": "<p>想想<em>热力学</em>和 <em>denoising</em>。</p>",
            "Extra": "<p>较新的模型预测速度，见 <code>v = ε − x₀</code>。</p>" + FIGURE,
            "Number": "6",
        },
        ["AI视频::扩散模型", "面试"],
    ),
    (
        "basic",
        {
            "Question": "<p>Which measures of generated video are quoted most often, and what does each ignore?</p>",
            "Answer": EVERYTHING,
            "Lang": "en",
            "Hint": "<p>Think of <em>time</em>.</p>",
            "Extra": "<p>VBench-2.0 (2025) turns to intrinsic faithfulness.</p>",
            "Number": "2.1.4",
            "Breadcrumb": '<span class="crumb">Evaluating generated video</span><span class="crumb">Metrics</span>',
            "Source": '<span class="source">02-evaluating-generated-video.md:41</span>',
        },
        ["video", "metrics::fvd_and_clip", "make-deck::2025"],
    ),
    (
        "basic",
        {
            "Question": "<p>What's the output?</p>"
            + code("javascript", "const a = {};\nconsole.log(typeof a, `${1 + 1}`);"),
            "Answer": "<p><code>object 2</code></p>",
            "Lang": "en",
            "Audio": "[sound:word.wav]",
            "Breadcrumb": "",
            "Source": "",
        },
        [],
    ),
    (
        "reversed",
        {
            "Question": "<p>潜空间（latent space）</p>",
            "Answer": "<p>编码器把像素压缩成的低维表示，扩散在其中进行。</p>",
            "Number": "9",
        },
        ["术语"],
    ),
    (
        "reversed",
        {
            "Question": "<p>ELBO</p>",
            "Answer": f"<p>A lower bound of the log-likelihood:</p>{FORMULA}",
            "Reverse": "<p>Which bound does a VAE maximise?</p>",
            "Lang": "en",
        },
        [],
    ),
    (
        "cloze",
        {
            "Question": "<p>GAN由{{c1::生成器::哪个网络？}}和{{c2::判别器}}组成，"
            r"目标是 {{c1::\(\min_G\max_D V(D,G)\)}}。</p><ul><li>训练不稳定，{{c2::模式崩溃}}常见</li></ul>" + TABLE,
            "Answer": "<p>2014年由Goodfellow等人提出。</p>",
            "Hint": "<p>两个网络。</p>",
            "Extra": "<p>少步蒸馏仍用对抗损失。</p>",
            "Number": "7",
        },
        ["GAN"],
    ),
    (
        "typein",
        {
            "Question": "<p>用Transformer取代U-Net作去噪网络的模型叫什么？</p>",
            "Typed": "Diffusion Transformer（扩散Transformer）",
            "Answer": "<p>由Peebles与Xie提出（ICCV 2023），在VAE的潜空间中工作。</p>",
            "Hint": "<p>三个字母。</p>",
            "Number": "5",
        },
        ["DiT"],
    ),
    ("basic", SHORT, []),
    (
        "choice",
        {
            "Question": "<p>Where does a CLIP score fail? Pick two.</p>",
            "Options": QUIZ,
            "Answer": "<p>Frames are scored one by one, and the encoder stops at <strong>77 tokens</strong>.</p>",
            "Lang": "en",
            "Hint": "<p>Play it backwards.</p>",
            "Number": "3",
        },
        ["video"],
    ),
)
COMMON = {
    "Lang": "zh-CN",
    "Breadcrumb": '<span class="crumb">AI视频基础</span><span class="crumb">生成模型</span>',
    "Source": '<a class="source" href="https://example.org/blob/main/source/01.md#L41" title="01-AI视频基础.md:41"></a>',
}


def draw(folder: Path) -> list[str]:
    """Pictures far larger than a screen, drawn on nothing; and a silent sound."""
    files = [folder / name for name in ("diagram.png", "tall.png", "icon.png", "word.wav")]
    for file, (width, height) in zip(files, ((1800, 640), (700, 2400), (48, 48)), strict=False):
        image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        pen = ImageDraw.Draw(image)
        step = max(width // 6, 12)
        for n, x in enumerate(range(step // 4, width - step // 2, step)):
            blue = (226 - 20 * n, 236, 247)
            pen.rounded_rectangle((x, height // 3, x + step * 0.7, height * 2 // 3), step // 10, blue, (40, 60, 100), 3)
            pen.line((x + step * 0.7, height // 2, x + step, height // 2), (20, 20, 20), 4)
        image.save(file)
    with wave.open(str(files[-1]), "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(80))
    return [str(file) for file in files]


def write_sample(folder: Path) -> Path:
    """The sample deck as an .apkg."""
    models = {kind: model(kind) for kind in TYPES}
    deck = genanki.Deck(1_735_000_000_001, "cards")
    for position, (kind, given, tags) in enumerate(NOTES):
        values = {**COMMON, "Key": f"sample-{position}", **given}
        fields = [values.get(field["name"], "") for field in models[kind].fields]
        deck.add_note(genanki.Note(models[kind], fields, tags=tags, guid=f"sample-{position}", due=position))
    package = genanki.Package(deck, draw(folder))
    package.write_to_file(folder / "sample.apkg")
    return folder / "sample.apkg"


# ----------------------------------------------------------------------------------------------------- the tests


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        reviewer_assets(), chromium()
    except ViewerMissingError as missing:
        pytest.skip(str(missing))
    return write_sample(tmp_path_factory.mktemp("cards"))


@pytest.fixture(scope="module")
def findings(sample: Path) -> list[Finding]:
    return check_package(sample)


@pytest.fixture(scope="module")
def viewer(sample: Path) -> Iterator[Viewer]:
    with Viewer(sample) as opened:
        yield opened


@pytest.mark.parametrize("mode", MODES)
def test_all_cards_are_clean(findings: list[Finding], mode: str) -> None:
    assert [str(finding) for finding in findings if finding.mode == mode] == []


@pytest.mark.parametrize("mode", ["light", "ios-night"])
def test_axe_finds_nothing(viewer: Viewer, mode: str) -> None:
    """axe-core, Deque's checks of WCAG and ARIA, on both sides of every card."""
    package = importlib.util.find_spec("axe_core_python")
    if package is None or not package.submodule_search_locations:
        pytest.skip("axe-core-python is not installed")
    script = (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    found = []
    for card in range(len(viewer.package.cards)):
        for side in ("question", "answer"):
            viewer.show(card, side, mode)
            viewer.browser.run(f"globalThis.axe || (0, eval)({json.dumps(script)}); 1")
            said = viewer.browser.run("""axe.run(document.querySelector("#qa"), {resultTypes: ["violations"]}).then(found =>
                found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))""")
            found += [f"card {card}, {side}: {fault}" for fault in said]
    assert found == []


def test_the_gate_has_teeth(viewer: Viewer) -> None:
    """Each fault, put into a shown card by hand, is found."""
    viewer.show(0, "answer", "ios")
    viewer.browser.run("""document.querySelector(".answer").insertAdjacentHTML("beforeend",
        `<p style="width:900px">wide</p><img src="gone.png"><p style="color:#999">pale</p><mjx-merror>wrong</mjx-merror>
         <img src="diagram.png" style="max-width:none;width:800px"><p>\\\\(x\\\\)</p>`)""")
    kinds = {finding.kind for finding in viewer.look().findings(0, "answer", "ios")}
    assert kinds == {"wide", "broken image", "contrast", "math", "image"}


def test_an_enlarged_picture_leaves_with_its_card(viewer: Viewer) -> None:
    viewer.show(0, "answer", "android")
    viewer.browser.run("document.querySelector('.figure img').click()")
    shown = """[...document.querySelectorAll('dialog[open] img')]
        .map(image => image.getBoundingClientRect().width > innerWidth)"""
    assert viewer.browser.run(shown) == [False]  # fitted
    viewer.browser.run("document.querySelector('dialog').click()")
    assert viewer.browser.run(shown) == [True]  # at its own size
    viewer.browser.run("document.querySelector('dialog').click()")
    assert viewer.browser.run(shown) == []
    viewer.browser.run("document.querySelector('.figure img').focus()")
    for name, number, seen in (("Enter", 13, [False]), ("Escape", 27, [])):
        for kind in ("rawKeyDown", "keyUp"):
            viewer.browser.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=number)
        assert viewer.browser.run(shown) == seen
    viewer.browser.run("document.querySelector('.figure img').click()")
    viewer.show(2, "question", "android")
    assert viewer.browser.run("document.querySelectorAll('dialog').length") == 0


def picture_drawn(viewer: Viewer, svg: str, mode: str) -> Image.Image:
    """What a card shows of a picture of 60 by 60 px, without its corners."""
    viewer.show(2, "question", mode)
    place = viewer.browser.run(f"""(async () => {{
        const image = new Image(60, 60);
        image.src = "data:image/svg+xml,{quote(svg)}";
        document.querySelector(".question").prepend(image);
        await image.decode();
        const {{x, y, width, height}} = image.getBoundingClientRect();
        return {{x, y, width, height, scale: 1}};
    }})()""")
    shot = b64decode(viewer.browser.call("Page.captureScreenshot", format="png", clip=place)["data"])
    return Image.open(io.BytesIO(shot)).convert("RGB").crop((15, 15, 45, 45))


def test_a_drawing_with_a_look_for_night_of_its_own_is_seen(viewer: Viewer) -> None:
    """Drawings of some programs turn white by themselves where the page is dark; ours stand on a light ground there."""
    drawing = """<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><style>path { fill: #000 }
        @media (prefers-color-scheme: dark) { path { fill: #fff } }</style><path d="M0 0H30V60H0Z"/></svg>"""
    darkest, lightest = picture_drawn(viewer, drawing, "night").convert("L").getextrema()
    assert lightest - darkest > 150


def test_by_day_the_white_of_a_picture_is_the_white_of_the_paper(viewer: Viewer) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="60" height="60" fill="#fff"/></svg>'
    assert picture_drawn(viewer, drawing, "light").getcolors() == [(900, (252, 251, 249))]
    ((_, seen),) = picture_drawn(viewer, drawing, "night").getcolors()
    assert min(seen) > 200


def test_a_choice_gives_nothing_away_before_the_answer(viewer: Viewer) -> None:
    """Right and wrong options are drawn alike on the front, and differ on the back."""
    drawn = """[...document.querySelectorAll('.option')].map(option => [null, '::before', '::after'].map(part => {
        const style = getComputedStyle(option, part);
        return [style.color, style.backgroundColor, style.borderColor, style.fontWeight, style.content].join();
    }).join())"""
    number = len(viewer.package.cards) - 1
    looks = {}
    for side in ("question", "answer"):
        viewer.show(number, side, "light")
        looks[side] = len(set(viewer.browser.run(drawn)))
    assert looks == {"question": 1, "answer": 2}


def press(viewer: Viewer, key: str) -> None:
    viewer.browser.run(f"document.dispatchEvent(new KeyboardEvent('keydown', {{key: {key!r}, bubbles: true}}))")


def test_options_are_picked_by_tap_and_by_digit_and_the_back_says_what_was_right(viewer: Viewer) -> None:
    number = len(viewer.package.cards) - 1
    states = """[...document.querySelectorAll('.option')].map(option =>
        ['is-picked', 'is-right', 'is-wrong', 'is-missed'].filter(name => option.classList.contains(name)).join(' '))"""
    viewer.show(number, "question", "android")
    viewer.browser.run("document.querySelectorAll('.option')[0].click()")
    press(viewer, "2")
    assert viewer.browser.run(states) == ["is-picked", "is-picked is-right", "", "is-right"]
    checked = "[...document.querySelectorAll('[role=option]')].map(option => option.ariaSelected)"
    assert viewer.browser.run(checked) == ["true", "true", "false", "false"]
    viewer.show(number, "answer", "android")
    assert viewer.browser.run(states) == ["is-wrong", "is-right", "", "is-right is-missed"]
    verdicts = "[...document.querySelectorAll('.verdict, .score')].map(word => word.textContent)"
    assert viewer.browser.run(verdicts) == ["your answer", "your answer", "missed", "1 of 2"]
    viewer.show(number, "question", "android")
    assert viewer.browser.run(states) == ["", "is-right", "", "is-right"]


def test_a_tap_on_an_option_leaves_the_space_bar_to_anki(viewer: Viewer) -> None:
    """It turns the card; an option that had taken the focus would be picked by it, or no longer be."""
    viewer.show(len(viewer.package.cards) - 1, "question", "light")
    box = "document.querySelector('.option').getBoundingClientRect()"
    place = viewer.browser.run(f"({{x: {box}.x + 60, y: {box}.y + 12}})")
    for kind in ("mousePressed", "mouseReleased"):
        viewer.browser.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)
    seen = "[document.querySelector('.option').className, document.activeElement.localName]"
    assert viewer.browser.run(seen) == ["option tappable is-picked", "body"]


def test_a_shuffled_choice_has_the_same_order_on_both_sides(viewer: Viewer) -> None:
    number = len(viewer.package.cards) - 1
    viewer.show(number, "question", "light")
    question, answer, _ = viewer.package.sides(number)
    order = "[...document.querySelectorAll('.option')].map(option => option.firstChild.textContent)"
    seen = set()
    for _ in range(12):
        orders = []
        for call, html in (("_showQuestion", question), ("_showAnswer", answer)):
            keys = iter("абвгдежз")
            lettered = re.sub('<li class="(option[^"]*)"', lambda match: f'{match[0]} data-key="{next(keys)}"', html)  # noqa: B023
            shuffled = lettered.replace("data-right", "data-shuffle data-right")
            arguments = [shuffled, answer, "card"] if call == "_showQuestion" else [shuffled, "card"]
            viewer.browser.run(f"{call}({', '.join(map(json.dumps, arguments))})")
            viewer.browser.run("new Promise(done => setTimeout(done, 50))")
            orders.append(tuple(viewer.browser.run(order)))
            letters = "[...document.querySelectorAll('.option')].map(option => option.dataset.key).join('')"
            assert "абвгдежз".startswith(viewer.browser.run(letters))
        assert orders[0] == orders[1]
        seen.add(orders[0])
    assert len(seen) > 1


@pytest.mark.parametrize("asked", ["several", "one"])
@pytest.mark.parametrize("mode", ["light", "ios"])
def test_no_option_moves_as_the_card_is_turned(viewer: Viewer, mode: str, asked: str) -> None:
    """The room of the line is there before it is drawn; what says how many are right takes none beyond it."""
    number = len(viewer.package.cards) - 1
    question, answer, _ = viewer.package.sides(number)
    tops = "[...document.querySelectorAll('.option')].map(option => option.getBoundingClientRect().top)"
    seen = []
    for picked in ("", "document.querySelector('.option').click();"):
        viewer.show(number, "question", mode)
        front, back = (
            side.replace(' data-right="2"', "" if asked == "one" else " data-right=2") for side in (question, answer)
        )
        for call in (
            f"_showQuestion({json.dumps(front)}, '', 'card')",
            f"{picked}_showAnswer({json.dumps(back)}, 'card')",
        ):
            viewer.browser.run(f"{call}; scrollTo(0, 0); new Promise(done => setTimeout(done, 100))")
            seen.append(viewer.browser.run(tops)[0])
    assert max(seen) - min(seen) < 1


@pytest.mark.parametrize("mode", ["light", "ios"])
def test_a_long_card_begins_near_its_place(viewer: Viewer, mode: str) -> None:
    """From the foot of the breadcrumb to the head of the question's letters, as they are drawn."""
    viewer.show(0, "question", mode)
    gap = """(() => {
        const [crumbs, question] = ["crumbs", "question"].map(name => document.querySelector(`.${name}`));
        const space = element => {
            const {lineHeight, fontSize} = getComputedStyle(element);
            return (parseFloat(lineHeight) - parseFloat(fontSize)) / 2;
        };
        return question.getBoundingClientRect().top + space(question) - crumbs.getBoundingClientRect().bottom + space(crumbs);
    })()"""
    assert 22 < viewer.browser.run(gap) < 34


@pytest.mark.parametrize("mode", ["light", "ios"])
def test_a_short_card_stands_large_and_does_not_jump(viewer: Viewer, mode: str) -> None:
    place = """(() => {
        const box = document.querySelector('.short').getBoundingClientRect();
        const page = document.scrollingElement;
        return [Math.round(box.top), parseFloat(getComputedStyle(document.querySelector('.short')).fontSize),
                page.scrollHeight <= innerHeight];
    })()"""
    number = len(viewer.package.cards) - 2
    sides = []
    for side in ("question", "answer"):
        viewer.show(number, side, mode)
        sides.append(viewer.browser.run(place))
    assert sides[0] == sides[1]
    _, size, fits = sides[0]
    assert fits
    assert 30 < size < (34 if mode == "ios" else 40)  # on a phone a question of six words has two lines


@pytest.mark.parametrize("mode", ["light", "ios", "android"])
def test_the_question_stays_in_sight_where_anki_scrolls_to_the_answer(viewer: Viewer, mode: str) -> None:
    place = """(() => {
        document.querySelector('#answer').scrollIntoView();
        return [document.querySelector('.question').getBoundingClientRect().top >= 0,
                document.querySelector('#answer').getBoundingClientRect().top < innerHeight / 2];
    })()"""
    for card in (0, 1):
        viewer.show(card, "answer", mode)
        assert viewer.browser.run(place) == [True, True]


def show_back(viewer: Viewer, mode: str, *, more: str, asked: str = "") -> None:
    """Show the back of a choice with more HTML in its answer, or with another question."""
    _, back, _ = viewer.package.sides(len(viewer.package.cards) - 1)
    back = back.replace('<div class="answer">', '<div class="answer">' + more)
    if asked:
        back = re.sub(r'(?s)(<div class="question">).*?(</div>\s*<hr id=answer>)', lambda m: m[1] + asked + m[2], back)
    viewer.show(1, "question", mode)
    viewer.browser.run(f"_showAnswer({json.dumps(back)}, 'card'), new Promise(done => setTimeout(done, 200))")


@pytest.mark.parametrize(("lines", "seen"), [(6, ["question", 0]), (15, ["code", 0])], ids=["all of it", "its listing"])
def test_what_is_asked_is_not_cut_where_anki_scrolls(viewer: Viewer, lines: int, seen: list[str]) -> None:
    """A question with a listing stays where it was, or its listing begins at the upper edge, and no line is cut."""
    listing = f"<p>What does it print?</p>{code('python', 'print(1)' + chr(10) * lines + 'print(2)')}"
    show_back(viewer, "light", asked=listing, more="<p>And more.</p>" * 40)
    first = """[...document.querySelectorAll('.question, .question .code')]
        .map(part => [part.className, Math.min(0, Math.floor(part.getBoundingClientRect().top))])
        .find(([, cut]) => cut === 0)"""
    assert viewer.browser.run(first) == seen


def test_a_line_with_a_formula_has_no_scroll_bar(viewer: Viewer) -> None:
    viewer.show(0, "answer", "light")
    bars = """[...document.querySelectorAll('mjx-container:not([display=true]):not(.wide)')]
        .filter(formula => ['auto', 'scroll'].includes(getComputedStyle(formula).overflowX)).length"""
    assert viewer.browser.run(bars) == 0


FORMULAS = """new Promise(done => setTimeout(() => done([...document.querySelectorAll('.math-display > mjx-container')]
    .map(formula => [formula.scrollWidth > formula.clientWidth, formula.getBoundingClientRect().height > 30])), 500))"""


def test_a_wide_formula_uses_the_room_beside_the_text_and_fits(viewer: Viewer) -> None:
    viewer.show(0, "answer", "light")
    assert viewer.browser.run(FORMULAS) == [[False, True]]


@pytest.mark.parametrize("terms", [7, 8, 9])
def test_on_a_phone_a_formula_that_is_a_little_too_wide_is_set_smaller_and_fits(viewer: Viewer, terms: int) -> None:
    sum_of_them = "+".join([r"\frac{a}{b}x"] * terms)
    more = rf'<div class="math-display">\[ {sum_of_them} \]</div>'
    show_back(viewer, "ios", more=more)
    assert viewer.browser.run(FORMULAS) == [[False, True]]


def test_what_is_wide_stays_on_a_sheet_that_has_edges(viewer: Viewer) -> None:
    viewer.show(0, "answer", "light")
    css = (TEMPLATES / "anki" / "themes" / "sheet.css").read_text("utf-8")
    beyond = viewer.browser.run(f"""(() => {{
        const style = document.createElement("style");
        style.textContent = {json.dumps(css)};
        document.querySelector(".sheet").append(style);
        const edges = element => (({{left, right}}) => [left, right])(element.getBoundingClientRect());
        const [left, right] = edges(document.querySelector(".sheet"));
        return [...document.querySelectorAll(".wide")].map(edges).map(([from, to]) => from >= left && to <= right);
    }})()""")
    assert beyond
    assert all(beyond)


def test_what_scrolls_fades_into_the_paper_where_there_is_more(viewer: Viewer) -> None:
    """At the cut nothing is left of the letters, and the bar begins where the text does; at the end all is whole."""
    show_back(viewer, "ios", more=TABLE)
    more = "['more-left', 'more-right'].map(name => box.classList.contains(name))"
    seen = viewer.browser.run(f"""(box => {{
        const {{x, y, width, height}} = box.getBoundingClientRect();
        return [{more}, {{x, y, width, height, scale: 1}}, document.querySelector('.question').getBoundingClientRect().left];
    }})(document.querySelector('.answer > .table'))""")
    place, text = seen[1:]
    assert seen[0] == [False, True]
    shot = b64decode(viewer.browser.call("Page.captureScreenshot", format="png", clip=place)["data"])
    drawn = Image.open(io.BytesIO(shot)).convert("RGB")
    paper = (252, 251, 249)
    edge = drawn.crop((drawn.width - 1, 0, drawn.width, drawn.height))
    assert max(abs(one - other) for _, seen in edge.getcolors() for one, other in zip(seen, paper, strict=True)) < 12
    scale = drawn.width / place["width"]
    bar = drawn.crop((0, round(drawn.height - 4 * scale), drawn.width, round(drawn.height - 3 * scale)))
    assert next(x for x in range(bar.width) if bar.getpixel((x, 0)) != paper) / scale == pytest.approx(text, abs=2)
    end = "document.querySelector('.answer > .table')"
    viewer.browser.run(f"{end}.scrollLeft = 9999; new Promise(done => setTimeout(done, 100))")
    assert viewer.browser.run(f"(box => {more})({end})") == [True, False]


def test_on_a_phone_a_word_in_a_table_that_scrolls_is_whole_and_large_enough(viewer: Viewer) -> None:
    show_back(viewer, "ios", more=TABLE)
    seen = """(code => [code.textContent, code.getClientRects().length,
        code.getBoundingClientRect().right <= code.closest('td').getBoundingClientRect().right,
        parseFloat(getComputedStyle(code.closest('td')).fontSize) >= 14.5])(document.querySelector('.answer td code'))"""
    assert viewer.browser.run(seen) == ["guidance_scale=7.5", 1, True, True]


@pytest.mark.parametrize(
    ("language", "words", "sign"),
    [
        ("zh-CN", "热力学", ["under", "400", "normal"]),
        ("ja", "熱力学", ["over", "400", "normal"]),
        ("ar", "الخلية", ["", "600", "normal"]),
        ("zh-CN", "denoising", ["", "400", "italic"]),
    ],
)
def test_emphasis_is_not_by_colour_alone(viewer: Viewer, language: str, words: str, sign: list[str]) -> None:
    number = len(viewer.package.cards) - 1
    _, back, _ = viewer.package.sides(number)
    back = back.replace('<div class="answer">', f'<div class="answer"><p><em>{words}</em></p>').replace(
        'lang="en"', f'lang="{language}"'
    )
    viewer.show(number, "question", "light")
    viewer.browser.run(f"_showAnswer({json.dumps(back)}, 'card'), new Promise(done => setTimeout(done, 100))")
    seen = """(style => [style.textEmphasisStyle === 'none' ? '' : style.textEmphasisPosition.split(' ')[0],
        style.fontWeight, style.fontStyle])(getComputedStyle(document.querySelector('.answer em')))"""
    assert viewer.browser.run(seen) == sign


COLUMNS = {"Sampler": "DPM-Solver++", "Year": "2022", "Order": "2-3", "Steps": "20", "FID 32": "2.87", "FID 64": "3.44",
           "Stochastic": "no", "Guidance": "classifier-free", "Remarks": "default in many tools", "Speed": "high"}  # fmt: skip


def test_a_table_of_ten_columns_fits_a_window_and_has_room_for_words_on_a_phone(viewer: Viewer) -> None:
    head, row = ("".join(f"<td>{cell}</td>" for cell in cells) for cells in (COLUMNS, COLUMNS.values()))
    table = f'<div class="table"><table><tr>{head}</tr><tr>{row}</tr></table></div>'
    box = "document.querySelector('.answer > .table')"
    show_back(viewer, "light", more=table)
    assert viewer.browser.run(f"{box}.scrollWidth <= {box}.clientWidth")
    show_back(viewer, "ios", more=table)  # as it scrolls, no word is broken for the sake of the others
    assert viewer.browser.run(f"{box}.scrollWidth > {box}.clientWidth")
    cells = f"[...{box}.querySelectorAll('td')].map(cell => Math.round(cell.offsetHeight / 22))"
    assert max(viewer.browser.run(cells)) <= 3


def test_on_a_phone_a_table_is_set_closer_before_it_scrolls(viewer: Viewer) -> None:
    cells = "".join(
        f"<td>{cell}</td>" for cell in ("Hallo2", "音频驱动肖像动画，时间长", "分层Diffusion/AnimateDiff风格")
    )
    show_back(viewer, "ios", more=f'<div class="table"><table><tr>{cells}</tr></table></div>')
    seen = "(box => [box.scrollWidth > box.clientWidth, box.className])(document.querySelector('.answer > .table'))"
    assert viewer.browser.run(seen) == [False, "table close"]


def test_on_a_phone_a_line_of_code_hangs_from_its_own_indent(viewer: Viewer) -> None:
    viewer.show(0, "answer", "ios")
    lines = """[...document.querySelectorAll('.code code')].map(code => [code.textContent,
        [...code.children].map(line => +line.style.getPropertyValue('--indent'))])"""
    ((text, indents),) = viewer.browser.run(lines)
    assert text == re.sub("<[^>]+>", "", unescape(PYTHON))
    assert indents == [len(line) - len(line.lstrip(" ")) for line in text.rstrip("\n").split("\n")]
    assert 4 in indents


def test_the_way_up_is_shown_where_the_question_is_out_of_sight(viewer: Viewer) -> None:
    viewer.show(1, "answer", "ios")
    seen = """new Promise(done => setTimeout(() =>
        done(getComputedStyle(document.querySelector('.back-up')).visibility), 400))"""
    viewer.browser.run("scrollTo(0, 0)")
    looks = [viewer.browser.run(seen)]
    viewer.browser.run("scrollTo(0, 3000)")
    looks.append(viewer.browser.run(seen))
    assert looks == ["hidden", "visible"]


def test_what_was_typed_and_what_is_right_say_so(viewer: Viewer) -> None:
    number = next(place for place, (kind, *_) in enumerate(NOTES) if kind == "typein") + 3  # two reversed, two gaps
    viewer.show(number, "answer", "light")
    said = "[...document.querySelectorAll('code#typeans .said')].map(part => [part.dataset.word, part.textContent])"
    (yours, typed), (right, expected) = viewer.browser.run(said)
    assert (yours, right) == ("你的答案", "正确")
    assert expected == "Diffusion Transformer（扩散Transformer）"
    assert typed != expected


def test_what_is_typed_right_is_one_line_with_a_tick(viewer: Viewer) -> None:
    number = next(place for place, (kind, *_) in enumerate(NOTES) if kind == "typein") + 3
    _, answer, _ = viewer.package.sides(number)
    right = viewer.package.collection.compare_answer(expected="Tirana", provided="Tirana")
    answer = re.sub(r"(?s)<code id=typeans>.*?</code>", lambda _: right, answer)
    viewer.show(number, "question", "light")
    viewer.browser.run(f"_showAnswer({json.dumps(answer)}, 'card'), new Promise(done => setTimeout(done, 100))")
    seen = """(code => [code.textContent, getComputedStyle(code, '::before').content, code.querySelectorAll('.said').length])
        (document.querySelector('code#typeans'))"""
    assert viewer.browser.run(seen) == ["Tirana", '"✓ "', 0]


def test_the_measure_is_the_same_whatever_a_client_calls_a_rem(viewer: Viewer) -> None:
    """Anki's root has letters of 15 px, AnkiDroid's of 16."""
    viewer.show(1, "answer", "light")
    width = """(root => { document.documentElement.style.fontSize = root;
        const width = document.querySelector('.answer p').offsetWidth;
        document.documentElement.style.fontSize = "";
        return width; })"""
    assert viewer.browser.run(f"{width}('15px')") == viewer.browser.run(f"{width}('16px')") > 600


def test_nothing_moves_sideways_where_the_back_needs_a_scroll_bar(viewer: Viewer) -> None:
    left = "document.querySelector('.question').getBoundingClientRect().left"
    places = set()
    for side in ("question", "answer"):
        viewer.show(0, side, "light")
        places.add(viewer.browser.run(left))
    assert len(places) == 1


def test_labels_follow_the_language_of_the_card(viewer: Viewer) -> None:
    label = "getComputedStyle(document.querySelector('.aside summary'), '::after').content"
    words = []
    for card in (0, 1):
        viewer.show(card, "question", "light")
        words.append(viewer.browser.run(label))
    assert words == ['"提示"', '"Hint"']


def test_tags_become_chips(viewer: Viewer) -> None:
    viewer.show(1, "answer", "light")
    chips = viewer.browser.run("[...document.querySelectorAll('.tag')].map(chip => chip.textContent)")
    assert chips == ["make-deck › 2025", "metrics › fvd and clip", "video"]


def test_note_types_are_what_anki_keeps(sample: Path) -> None:
    """Anki takes over fields, ids and templates as they are written; nothing is repaired on import."""
    with Package(sample) as package:
        models = package.collection.models
        for kind in TYPES:
            meant, kept = model(kind), models.by_name(model(kind).name)
            assert kept
            assert kept["id"] == meant.model_id
            assert [(f["name"], f["id"]) for f in kept["flds"]] == [(f["name"], f["id"]) for f in meant.fields]
            assert [(t["id"], t["qfmt"]) for t in kept["tmpls"]] == [(t["id"], t["qfmt"]) for t in meant.templates]
        assert package.collection.fix_integrity()[1]
        assert len(package.cards) == 12
        assert not package.collection.get_empty_cards().notes


def test_an_empty_question_makes_no_card() -> None:
    for kind in ("basic", "typein", "choice"):
        assert genanki.Note(model(kind), ["", *["x"] * 15]).cards == []
