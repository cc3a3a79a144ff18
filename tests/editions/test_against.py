"""What a pull request changes for readers, as its reviewer reads it."""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
from pathlib import Path

import pytest

from exporter.editions.changes.as_markdown import plain
from exporter.machinery.git import files_of
from tests.conftest import Deck, Run
from tests.editions.test_branches import FILES, NOTES, commit, forget, git

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def book(run: Run, deck: Deck) -> Path:
    root = deck({**FILES, "pic.svg": PICTURE, "c.md": "## What does it look like?\n\n![](pic.svg)\n"})
    git(root, "init", "-q", "-b", "main")
    commit(run, root, 1_700_000_000)
    git(root, "checkout", "-q", "-b", "pr")
    return root


def counts(run: Run, root: Path, *more: str) -> dict[str, int]:
    plan = json.loads(run("plan", root, "--against", "main", "--json", *more).stdout)
    return {**plan["counts"], "written over": plan["written_over"]}


@pytest.mark.parametrize("built", [False, True], ids=["in a web editor", "with make-deck"])
def test_a_contribution_says_the_same_with_and_without_its_lock(run: Run, book: Path, deck: Deck, built: bool) -> None:  # noqa: FBT001
    deck({"a.md": NOTES.replace("like plates", "like trays") + "\n## What is a tree?\n\nNodes without circles.\n"})
    deck({"b.md": "# Trees\n\n## What is a leaf node?\n\nA node without children.\n"})
    if built:
        commit(run, book, 1_700_100_000)
    assert counts(run, book) == {"new": 1, "reworded": 1, "edited": 1, "written over": 2}


def test_a_base_whose_lock_is_behind_is_read_anew(run: Run, book: Path, deck: Deck) -> None:
    """Somebody without make-deck wrote on main; what that changed is not the doing of the next pull request."""
    git(book, "checkout", "-q", "main")
    deck({"a.md": NOTES + "\n## What is a tree?\n\nNodes without circles.\n"})
    git(book, "commit", "-q", "-a", "-m", "in a web editor")
    git(book, "checkout", "-q", "-B", "pr")
    deck({"b.md": "# Trees\n\n## What is a leaf?\n\nA node with no children.\n"})
    assert counts(run, book) == {"edited": 1, "written over": 1}
    commit(run, book, 1_700_100_000)
    assert counts(run, book) == {"edited": 1, "written over": 1}
    deck({"a.md": NOTES + "\n## What is a tree, then?\n\nNodes without circles.\n"})
    git(book, "checkout", "-q", "main", "--", "deck.lock")
    assert counts(run, book) == {"reworded": 1, "edited": 1, "written over": 1}  # of the tree nobody has a card


def test_a_picture_that_changed_is_an_edit(run: Run, book: Path) -> None:
    (book / "pic.svg").write_bytes(PICTURE.replace(b"rect ", b"rect fill='red' "))
    assert counts(run, book) == {"edited": 1, "written over": 1}


def test_nothing_changes_and_nothing_is_written(run: Run, book: Path) -> None:
    assert counts(run, book) == {"written over": 0}
    forget(book)
    comment = run("plan", book, "--against", "main", "--format", "markdown")
    assert "**Nothing changes**; 4 unchanged" in comment.stdout
    assert git(book, "status", "--short") == ""
    assert not (book / ".make-deck").exists()


def test_the_gate_shuts_where_history_is_at_stake(run: Run, book: Path, deck: Deck) -> None:
    deck({"a.md": NOTES.replace("like plates", "like trays")})
    assert run("plan", book, "--against", "main", "--exit-code").returncode == 0
    deck({"a.md": NOTES.replace("## What is a queue", "<!-- reversed -->\n## What is a queue")})
    plan = run("plan", book, "--against", "main", "--exit-code", "--format", "markdown")
    assert plan.returncode == 1
    assert "**History begins anew** (1)" in plan.stdout
    deck(
        {"a.md": NOTES.replace("What is a stack?", "Why would a stack be used?").replace("Last in, first out", "LIFO")}
    )
    plan = run("plan", book, "--against", "main", "--exit-code", "--format", "markdown")
    assert plan.returncode == 1
    assert "**Maybe the same question, reworded** (1)" in plan.stdout
    assert "1 undecided**" in plan.stdout
    assert "Problems" not in plan.stdout
    assert "`make-deck plan --accept" in plan.stdout


def test_lines_lead_to_the_file_below_the_root_of_the_repository(run: Run, deck: Deck) -> None:
    deck({f"book/{name}": text for name, text in FILES.items()}, ".")
    root = deck({}, ".") / "book"
    git(root.parent, "init", "-q", "-b", "main")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-q", "-m", "notes")
    (root / "a b#.md").write_text("## What is a tree?\n\n![](gone.png)\n", encoding="utf-8")
    address = "https://example.org/o/r/blob/abc/{path}?plain=1#L{line}"
    comment = run("plan", root, "--against", "main", "--format", "markdown", "--links", address).stdout
    assert "- What is a tree? · [a b#.md:1](https://example.org/o/r/blob/abc/book/a%20b%23.md?plain=1#L1)" in comment
    assert '- **warning** no file "gone.png" · [a b#.md:3](' in comment
    annotation = run("check", root, "--format", "github").stdout
    assert "::warning file=book/a b#.md,line=3,col=5::" in annotation


def test_a_strangers_words_are_words() -> None:
    words = "@octocat #12 <img src=x> [a](b) **b** https://x.y $x$ `c` :tada: &amp; www.a.b\n/close"
    shown = html.unescape(plain(words).replace("&lt;", "<!>"))
    assert not re.search(r"@\w|#\w|<(?!/?span>|!>)|://|(?<!\\)[\[\]*`]|:tada:|www\.", shown)
    assert "&\u200bamp;" in shown
    assert "\n" not in shown


def test_much_is_folded_and_fits_a_comment(run: Run, book: Path, deck: Deck) -> None:
    deck({"d.md": "".join(f"## What is the meaning of {'word ' * 20}{n}?\n\nMeaning {n}.\n\n" for n in range(700))})
    comment = run("plan", book, "--against", "main", "--format", "markdown").stdout
    assert len(comment) < 65_536
    assert "<details><summary><b>New</b> (700)</summary>" in comment
    assert "more\n\n</details>" in comment


def test_a_deck_that_cannot_be_built_says_so_in_the_comment(run: Run, book: Path) -> None:
    (book / "a.md").write_bytes(b"## What?\n\n\x81\xff\n")
    plan = run("plan", book, "--against", "main", "--format", "markdown")
    assert plan.returncode == 1
    assert "### What readers will see cannot be said" in plan.stdout
    assert "- **error** " in plan.stdout


@pytest.mark.parametrize("name", ["nope", "--upload-pack=x", "HEAD:a.md", "a\nb", "", "deck.toml"])
def test_what_is_no_revision_is_said(run: Run, book: Path, name: str) -> None:
    stopped = run("plan", book, f"--against={name}")
    assert stopped.returncode == 1
    assert "error[revision-missing]" in stopped.stderr


def test_a_shallow_clone_says_how_to_get_the_rest(run: Run, book: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", "--depth=1", book.as_uri(), str(tmp_path / "clone")], check=True)
    stopped = run("plan", tmp_path / "clone", "--against", "HEAD~1")
    assert stopped.returncode == 1
    assert "fetch-depth: 0" in stopped.stderr


def test_no_program_that_a_repository_names_is_run(run: Run, book: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    trap = f"touch '{ran}'"
    (book / ".gitattributes").write_text("*.md filter=evil diff=evil merge=evil\n", encoding="utf-8")
    git(book, "add", ".gitattributes")
    git(book, "commit", "-q", "-m", "attributes")
    for name in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass", "core.alternateRefsCommand",
        "pager.rev-list", "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge",
        "filter.evil.clean", "filter.evil.process", "merge.evil.driver", "gpg.program", "alias.rev-list",
    ):  # fmt: skip
        git(book, "config", name, f"!{trap}" if name.startswith("alias") else trap)
    (book / "a.md").write_text(NOTES.replace("plates", "trays"), encoding="utf-8")
    subprocess.run(["git", "status"], cwd=book, check=False, capture_output=True)
    assert ran.exists()  # so the trap is one
    ran.unlink()
    assert counts(run, book) == {"edited": 1, "written over": 1}
    assert run("build", book).returncode == 0
    assert not ran.exists()


def test_only_new_problems_are_the_pull_requests(run: Run, book: Path, deck: Deck) -> None:
    git(book, "checkout", "-q", "main")
    deck({"c.md": "## What does it look like?\n\n![](gone.png)\n"})
    commit(run, book, 1_700_050_000)
    git(book, "checkout", "-q", "-B", "pr")
    deck({"b.md": "# Trees\n\n## What is a leaf?\n\nA node without children. ![](lost.png)\n"})
    comment = run("plan", book, "--against", "main", "--format", "markdown").stdout
    assert "**Problems** (1)" in comment
    assert 'no file "lost.png"' in comment


def test_no_file_of_a_revision_leaves_its_folder(run: Run, book: Path, tmp_path: Path) -> None:
    """A tree that git itself would not write."""

    def store(kind: str, data: bytes) -> bytes:
        done = subprocess.run(
            ["git", "hash-object", "-w", "--literally", "-t", kind, "--stdin"],
            cwd=book, input=data, check=True, capture_output=True,
        )  # fmt: skip
        return bytes.fromhex(done.stdout.decode())

    note = store("blob", b"## What escapes?\n\nThis.\n")
    inner = store("tree", b"100644 evil.md\0" + note)
    outer = store("tree", b"40000 ..\0" + inner + b"120000 link.md\0" + store("blob", b"/etc/passwd"))
    commit = git(book, "commit-tree", outer.hex(), "-m", "evil").strip()
    before = sorted(tmp_path.rglob("*"))
    plan = run("plan", book, "--against", commit)
    assert plan.returncode == 0, plan.stderr
    assert "4 new" in plan.stdout
    assert sorted(tmp_path.rglob("*")) == before
    assert files_of(book, commit) == []


def test_a_picture_in_large_file_storage_is_the_picture(run: Run, book: Path) -> None:
    """Git has a pointer, the folder the file itself."""
    digest = hashlib.sha256(PICTURE).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(PICTURE)}\n"
    (book / "pic.svg").write_text(pointer, encoding="utf-8")
    git(book, "commit", "-q", "-a", "-m", "large files")
    git(book, "branch", "-q", "-f", "main")
    (book / "pic.svg").write_bytes(PICTURE)
    assert counts(run, book) == {"written over": 0}


def test_what_was_built_already_is_reworded_against_the_other_branch(run: Run, deck: Deck) -> None:
    """The lock knows the new wording, and the branch has the old one."""
    root = deck(
        {
            "deck.toml": 'source = "."\noutputs = ["apkg"]\n',
            "a.md": "## What is a port?\n\nA number beside an address.\n",
        }
    )
    git(root, "init", "-q", "-b", "main")
    run("build", root)
    git(root, "add", "a.md", "deck.lock", "deck.toml")
    git(root, "commit", "-q", "-m", "notes")
    deck({"a.md": "## What are ports?\n\nA number beside an address.\n"})
    assert run("build", root).returncode == 0
    shown = run("plan", root, "--against", "main")
    assert "What is a port? → What are ports?" in shown.stdout, shown.stderr
