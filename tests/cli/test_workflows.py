"""What a service does with a deck by itself: the files of `init --workflow`, and what their steps do in a real repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Deck, Run
from tests.editions.test_branches import FILES, NOTES, git

INSTALL = "make-deck @ git+https://example.org/make-deck@v1"
PLACES = {
    "github": [".github/workflows/make-deck-check.yml", ".github/workflows/make-deck-comment.yml",
               ".github/workflows/make-deck-publish.yml"],
    "gitlab": [".gitlab/make-deck.yml", ".gitlab-ci.yml"],
    "forgejo": [".forgejo/workflows/make-deck.yml"],
}  # fmt: skip


@pytest.mark.parametrize("service", PLACES)
def test_a_service_finds_its_workflows(run: Run, deck: Deck, service: str) -> None:
    deck({f"book/{name}": text for name, text in FILES.items()}, ".")
    root = deck({}, ".")
    git(root, "init", "-q", "-b", "trunk")
    made = run("init", root / "book", "--workflow", service, "--install", INSTALL)
    assert made.returncode == 0, made.stderr
    files = [root / place for place in (*PLACES[service], ".gitattributes")]
    assert [f"created {file}" for file in files] == [ln for ln in made.stdout.splitlines() if ln.startswith("created")]
    text = "".join(file.read_text("utf-8") for file in files)
    assert "@@" not in text
    assert 'DECK: "book"' in text
    assert service == "gitlab" or 'branches: ["trunk"]' in text
    assert not (root / "book" / "source").exists()
    again = run("init", root / "book", "--workflow", service)
    assert "created" not in again.stdout
    assert f"left {files[0]} as it is" in again.stdout


def test_a_folder_is_no_option(run: Run, deck: Deck) -> None:
    root = deck({"--trust/a.md": NOTES}, ".")
    git(root, "init", "-q")
    assert run("init", "--workflow", "gitlab", "--install", INSTALL, "--", root / "--trust").returncode == 0
    assert 'DECK: "./--trust"' in (root / PLACES["gitlab"][0]).read_text("utf-8")


def test_git_merges_the_lock_of_each_of_several_decks(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": 'source = "."\n[decks.exam]\n[decks."all of it"]\n', "a.md": NOTES})
    git(root, "init", "-q")
    assert run("init", root, "--workflow", "github", "--install", INSTALL).returncode == 0
    git(root, "config", "merge.make-deck.driver", "make-deck merge-lock %O %A %B")
    driven = git(root, "check-attr", "merge", "exam.lock", "all of it.lock", "poetry.lock").splitlines()
    assert [line.rpartition(": ")[2] for line in driven] == ["make-deck", "make-deck", "unspecified"]


def test_nobody_is_told_to_install_what_a_stranger_may_publish(run: Run, deck: Deck) -> None:
    root = deck(FILES)
    made = run("init", root, "--workflow", "github")
    assert "say in these files what pip installs" in made.stdout
    assert 'MAKE_DECK: ""' in (root / PLACES["github"][0]).read_text("utf-8")


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "templates" / "workflows" / name).read_text("utf-8"))
    return found


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    "name", ["github/make-deck-check.yml", "github/make-deck-comment.yml", "github/make-deck-publish.yml",
             "forgejo/make-deck.yml"],
)  # fmt: skip
def test_workflows_have_the_least_that_they_need(name: str) -> None:
    workflow = load(name)
    for step in steps(workflow):
        assert "${{" not in step.get("run", ""), "words of a pull request would be commands"
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
        if "make-deck check" in step.get("run", "") or "pip install" in step.get("run", ""):
            assert "TOKEN" not in str(step), "who reads a stranger's notes has no token"
    if name.startswith("github"):
        assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "secrets." not in str(workflow)


def test_the_workflow_that_may_comment_runs_nothing_of_a_pull_request() -> None:
    (job,) = load("github/make-deck-comment.yml")["jobs"].values()
    assert job["permissions"] == {"actions": "read", "pull-requests": "write"}
    (step,) = job["steps"]
    assert "checkout" not in step["run"]
    assert load("github/make-deck-check.yml")[True] == "pull_request"  # `on`, as YAML 1.1 reads it


@pytest.mark.parametrize(
    "file", sorted((ROOT / "templates" / "workflows").glob("*/*.yml")), ids=lambda file: file.parent.name
)
def test_no_file_of_a_deck_is_a_module_or_an_option(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text.count("python3 ") == text.count("python3 -I ")
    assert not re.search(r"[ =]\*[.#]", text)


@pytest.mark.slow
def test_a_push_and_a_tag_leave_a_lock_that_is_in_step(deck: Deck, tmp_path: Path) -> None:
    """The steps themselves, in a clone, against a remote; only GitHub is not there."""
    work = deck(FILES, "work")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "notes of somebody without make-deck")
    git(tmp_path, "clone", "-q", "--bare", str(work), "remote")
    git(work, "remote", "add", "origin", str(tmp_path / "remote"))
    publish(tmp_path, "main", "branch")
    git(work, "pull", "-q", "origin", "main")
    assert (work / "deck.lock").is_file()
    git(work, "tag", "v1")
    git(work, "push", "-q", "origin", "v1")
    deck({"a.md": NOTES.replace("plates", "trays")}, "work")
    git(work, "commit", "-q", "-a", "-m", "meanwhile")
    git(work, "push", "-q", "origin", "main")
    publish(tmp_path, "main", "branch")
    publish(tmp_path, "v1", "tag")
    git(work, "pull", "-q", "origin", "main")
    lock = json.loads((work / "deck.lock").read_text("utf-8"))
    assert lock["released"][0] == 1
    stack = next(entry for entry in lock["notes"] if entry["question"] == "What is a stack?")
    assert stack["mod"] > min(entry["mod"] for entry in lock["notes"])


def publish(folder: Path, name: str, kind: str) -> None:
    """Run the steps of the job that commit the lock, as GitHub would for a branch or a tag."""
    number = len(list(folder.glob("clone*")))
    clone, out = folder / f"clone{number}", folder / f"runner{number}"
    git(folder, "clone", "-q", str(folder / "remote"), str(clone))
    git(clone, "checkout", "-q", name)
    out.mkdir()
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for program, line in {"make-deck": f'exec "{sys.executable}" -m exporter "$@"', "sudo": "exit 0"}.items():
        (programs / program).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / program).chmod(0o755)
    environment = {
        **os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(out),
        "DECK": ".", "BRANCH": "main", "GITHUB_REF_NAME": name, "GITHUB_REPOSITORY": "o/r", "SERVER": "https://github.test",
        "TOKEN": "t", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{folder}/remote.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:t@github.test/o/r",
    }  # fmt: skip
    for step in steps(load("github/make-deck-publish.yml")):
        wanted = step.get("name") == "Commit the lock" or (step.get("if") or "").endswith(f"== '{kind}'")
        if "run" in step and wanted and step["name"] != "Publish the edition":
            subprocess.run(["bash", "-e", "-c", step["run"]], cwd=clone, env=environment, check=True)


@pytest.mark.slow
def test_a_contributor_without_make_deck_is_checked_without_secrets(deck: Deck, tmp_path: Path) -> None:
    """GitHub's check, on the merge that it makes of a pull request: green, with problems at their lines and a plan."""
    work = deck({f"book/{name}": text for name, text in FILES.items()}, "work")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "notes")
    git(work, "checkout", "-q", "-b", "pull")
    deck({"book/a.md": NOTES.replace("like plates", "like ![plates](plates.png)")}, "work")
    git(work, "commit", "-q", "-a", "-m", "in a web editor")
    git(work, "checkout", "-q", "main")
    git(work, "merge", "-q", "--no-ff", "-m", "merge", "pull")
    done = check_on_github(tmp_path, work)
    assert {step.returncode for step in done} == {0}, [step.stderr for step in done]
    assert "::warning file=book/a.md,line=3" in "".join(step.stdout + step.stderr for step in done)
    plan = (work / "plan.md").read_text("utf-8")
    assert "**1 edited**" in plan
    assert "](https://example.org/book/a.md?plain=1#L1)" in plan
    assert plan in (tmp_path / "summary.md").read_text("utf-8")
    assert not (work / "book" / "deck.lock").exists()
    deck({"book/a.md": "---\ncards: h9\n---\n\n" + NOTES}, "work")
    git(work, "commit", "-q", "-a", "-m", "a rule that there is not")
    done = check_on_github(tmp_path, work)
    assert [step.returncode for step in done] == [1, 1]
    assert "### What readers will see cannot be said" in (work / "plan.md").read_text("utf-8")


def check_on_github(folder: Path, place: Path) -> list[subprocess.CompletedProcess[str]]:
    """Each step of the check, with nothing in the environment but what GitHub gives to a pull request from a fork."""
    (folder / "make-deck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m exporter "$@"\n', encoding="utf-8")
    (folder / "make-deck").chmod(0o755)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder), "DECK": "book",
        "LINKS": "https://example.org/{path}?plain=1#L{line}", "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }  # fmt: skip
    (job,) = load("github/make-deck-check.yml")["jobs"].values()
    scripts = [step["run"] for step in job["steps"] if "run" in step and "pip install" not in step["run"]]
    return [
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for script in scripts
    ]


@pytest.mark.slow
@pytest.mark.parametrize("service", ["gitlab", "forgejo"])
def test_other_services_keep_the_lock_in_step_too(deck: Deck, tmp_path: Path, service: str) -> None:
    """A contributor without make-deck is green; a push and a tag leave a lock that is in step."""
    work = deck({**FILES, ".gitignore": "dist/\n"}, "work")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "notes of somebody without make-deck")
    git(tmp_path, "clone", "-q", "--bare", str(work), "remote")
    git(work, "remote", "add", "origin", str(tmp_path / "remote"))
    run_job(tmp_path, service, "main", "")
    git(work, "pull", "-q", "origin", "main")
    git(work, "checkout", "-q", "-b", "pull")
    deck({"a.md": NOTES.replace("plates", "trays")}, "work")
    git(work, "commit", "-q", "-a", "-m", "in a web editor")
    git(work, "push", "-q", "origin", "pull", "pull:refs/pull/1/head")
    plan = check_pull(tmp_path, service, git(work, "rev-parse", "main").strip(), git(work, "rev-parse", "pull").strip())
    assert "**1 edited**" in plan
    git(work, "push", "-q", "origin", "pull:main")
    git(work, "tag", "v1", "pull")
    git(work, "push", "-q", "origin", "v1")
    run_job(tmp_path, service, "v1", "v1")
    git(work, "pull", "-q", "origin", "main")
    lock = json.loads((work / "deck.lock").read_text("utf-8"))
    assert lock["released"]
    stack = next(entry for entry in lock["notes"] if entry["question"] == "What is a stack?")
    assert stack["mod"] > min(entry["mod"] for entry in lock["notes"])


def run_job(folder: Path, service: str, name: str, tag: str) -> None:
    """The job that publishes, for a branch or a tag."""
    if service == "gitlab":
        clone = checked_out(folder, name)
        job = load("gitlab/make-deck.yml")["make-deck publish"]["script"]
        call(folder, clone, "\n".join(job), CI_COMMIT_TAG=tag, CI_COMMIT_REF_NAME=name)
        return
    place = new_folder(folder)
    sha = git(folder / "remote", "rev-parse", name).strip()
    for step in load("forgejo/make-deck.yml")["jobs"]["publish"]["steps"]:
        if "pip install" not in step["run"]:
            call(folder, place, step["run"], TAG=tag, SHA=sha)


def check_pull(folder: Path, service: str, base: str, head: str) -> str:
    """The plan that the check of a contribution shows."""
    if service == "gitlab":
        place = checked_out(folder, "pull")
        job = load("gitlab/make-deck.yml")["make-deck check"]["script"]
        call(folder, place, "\n".join(job), CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_COMMIT_SHA=head)
    else:
        place = new_folder(folder)
        for step in load("forgejo/make-deck.yml")["jobs"]["check"]["steps"]:
            if step.get("name") in ("Fetch the pull request", "What readers will see"):
                call(folder, place, step["run"], NUMBER="1", BASE=base, SHA=head)
    return (place / "plan.md").read_text("utf-8")


def new_folder(folder: Path) -> Path:
    made = folder / f"runner{len(list(folder.glob('runner*')))}"
    made.mkdir()
    return made


def checked_out(folder: Path, name: str) -> Path:
    made = new_folder(folder)
    git(folder, "clone", "-q", str(folder / "remote"), str(made))
    git(made, "checkout", "-q", name)
    return made


def call(folder: Path, place: Path, script: str, **more: str) -> None:
    """Run a script as a runner would, where the service is `remote` and only its API is not there."""
    answers = 'case "$*" in *comments*|*notes*) echo "[]";; *) echo "{\\"id\\": 1}";; esac'
    names = {"make-deck": f'exec "{sys.executable}" -m exporter "$@"', "apt-get": "exit 0", "curl": answers}
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for program, line in names.items():
        (programs / program).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / program).chmod(0o755)
    remote = str(folder / "remote")
    environment = {
        **os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "DECK": ".", "BRANCH": "main",
        "TOKEN": "t", "REPOSITORY": remote, "API": "https://forge.test/api", "CI_DEFAULT_BRANCH": "main",
        "CI_SERVER_HOST": "lab.test", "CI_PROJECT_PATH": "o/r", "CI_JOB_TOKEN": "t", "CI_PROJECT_ID": "1",
        "CI_API_V4_URL": "https://lab.test/api/v4", "CI_MERGE_REQUEST_SOURCE_PROJECT_URL": "https://lab.test/o/r",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{remote}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://make-deck:t@lab.test/o/r.git", **more,
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"


def test_hooks_for_pre_commit_name_commands_that_there_are(run: Run, deck: Deck) -> None:
    root = deck(FILES)
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        program, *words = hook["entry"].split()
        assert program == "make-deck"
        assert run(*words, cwd=root).returncode == 0
        assert re.search(hook["files"], "notes/图 1.md")
    assert (root / "deck.lock").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
def test_a_folder_is_called_nothing_that_a_service_fills_in(run: Run, deck: Deck) -> None:
    root = deck({"${{ github.token }}/deck.toml": "", "${{ github.token }}/source/a.md": "## What?\n\nThis.\n"})
    git(root, "init", "-q")
    made = run("init", root / "${{ github.token }}", "--workflow", "github", "--install", "x")
    assert "error[output-unwritable]" in made.stderr
    assert not (root / ".github").exists()


def test_a_name_that_no_file_can_hold_is_refused_first(run: Run, tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    (root / "x\udcff" / "notes").mkdir(parents=True)
    (root / "x\udcff" / "notes" / "a.md").write_text(NOTES, "utf-8")
    (root / "README.md").write_text("# Of this\n\nNothing.\n", "utf-8")
    git(tmp_path, "init", "-q")
    stopped = run("init", root, "--workflow", "github", "--install", INSTALL)
    assert stopped.returncode == 1
    assert "error[output-unwritable]: its name is not UTF-8" in stopped.stderr
    assert not (root / "deck.toml").exists()
    assert not (tmp_path / ".github").exists()
    assert run("init", root).returncode == 0
    assert 'source = "."' in (root / "deck.toml").read_text("utf-8")
    assert run("build", root, "--only", "apkg").returncode == 0
