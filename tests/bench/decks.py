"""Decks of any size for measuring: the same bytes for the same numbers."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw

_TOPICS = "扩散模型 注意力 机制 训练 数据 样本 梯度 损失 函数 网络 结构 生成 视频 图像 文本 编码 参数 优化 token transformer".split()


def write_course(root: Path, questions: int, files: int) -> None:
    """Questions in Chinese with answers of 80 to 200 characters; a figure in 6, code in 5, a formula in 5, a table in 7."""
    rng = random.Random(7)
    notes = root / "notes"
    notes.mkdir(parents=True)
    (root / "deck.toml").write_text('name = "course"\nsource = "notes"\noutputs = ["handout"]\n', encoding="utf-8")
    pictures = [_picture(notes / f"p{i}.png", rng) for i in range(12)]
    number = 0
    for file in range(files):
        parts = [f"# 第 {file + 1} 章\n"]
        for _ in range(questions // files):
            number += 1
            topic = rng.choice(_TOPICS) + rng.choice(_TOPICS)
            parts.append(f"### {number}. 什么是{topic}（{number}）？\n\n{_sentence(rng, rng.randint(80, 200))}\n")
            if number % 6 == 0:
                parts.append(f"![图 {number}]({rng.choice(pictures)})\n")
            if number % 5 == 0:
                parts.append(f"```python\ndef f(x):\n    y = x * {number}\n    return [y for _ in range(3)]\n```\n")
            if number % 5 == 1:
                parts.append(f"$$L_{{{number}}} = \\sum_i x_i^{{{number % 9}}}$$\n")
            if number % 7 == 0:
                parts.append(f"| 名 | 值 | 说明 |\n|---|---|---|\n| a | {number} | {_sentence(rng, 12)} |\n")
        (notes / f"{file:03}.md").write_text("\n".join(parts), encoding="utf-8")


def write_terms(root: Path, notes: int, files: int, *, rich: bool = True, ankdown: bool = False) -> None:
    """Notes of 80 made-up words; rich ones with a picture in 10, a formula in 5, code in 10.

    `ankdown` writes them in that tool's form.
    """
    rng = random.Random(3)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 9))) for _ in range(900)]
    root.mkdir(parents=True)
    for number in range(20):
        _picture(root / f"p{number}.png", rng)
    number = 0
    for file in range(files):
        parts = [] if ankdown else [f"# Chapter {file + 1}\n"]
        for _ in range(notes // files):
            number += 1
            answer = " ".join(rng.choice(words) for _ in range(80)) + "."
            if rich and number % 10 == 0:
                answer += f"\n\n![picture](p{number % 20}.png)"
            if rich and number % 5 == 0:
                answer += f"\n\nThe value is $x_{{{number}}}^2 + y$ here."
            if rich and number % 10 == 3:
                answer += f"\n\n```python\nfor i in range({number}):\n    print(i)\n```"
            question = f"What is term number {number}?"
            parts.append(f"{question}\n\n%\n\n{answer}\n\n---\n" if ankdown else f"## {question}\n\n{answer}\n")
        (root / f"c{file:03}.md").write_text("\n".join(parts), encoding="utf-8")


def write_pictures(root: Path, count: int) -> None:
    """One more file of notes, with so many small pictures, each in an answer of its own."""
    if count:
        parts = ["# Pictures\n"]
        for number in range(count):
            Image.new("RGB", (16, 16), (number % 256, number // 256, 99)).save(root / f"q{number}.png")
            parts.append(f"## What does picture {number} show?\n\n![colour](q{number}.png)\n")
        (root / "pictures.md").write_text("\n".join(parts), encoding="utf-8")


def write_files(root: Path, files: int, size: int) -> None:
    """Many files of about so many bytes each: lectures with headings, lists, code and a table."""
    rng = random.Random(11)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 9))) for _ in range(900)]
    for file in range(files):
        parts = [f"# Lecture {file + 1}\n"]
        while sum(map(len, parts)) < size:
            topic = " ".join(rng.choice(words) for _ in range(3))
            parts.append(f"## {topic.capitalize()}\n\n{' '.join(rng.choice(words) for _ in range(90))}.\n")
            parts.append(
                "\n".join(f"- **{rng.choice(words)}** {rng.choice(words)} `{rng.choice(words)}`" for _ in range(4))
            )
            parts.append(f"\n```python\n{rng.choice(words)} = {file}\n```\n\n| a | b |\n|---|---|\n| {topic} | 1 |\n")
        place = root / f"part{file // 100:02}" / f"{file:04}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(parts), encoding="utf-8")


def _sentence(rng: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += rng.choice(_TOPICS) + ("，" if rng.random() < 0.15 else "")
    return text.rstrip("，") + "。"


def _picture(file: Path, rng: random.Random) -> str:
    image = Image.new("RGB", (800, 450), "#eef2f4")
    draw = ImageDraw.Draw(image)
    for i in range(24):
        ends = [(rng.randint(0, 800), rng.randint(0, 450)) for _ in range(2)]
        draw.line(ends, fill=(i * 9, 90, 200 - i * 4), width=3)
    image.save(file)
    return file.name
