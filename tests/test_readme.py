"""Every command of the README and CONTRIBUTING.md works as it stands there."""

import io
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build, cli
from retrieval.cli import console
from retrieval.evaluation import feedback
from retrieval.settings import PROJECT

MODULE = ".venv/bin/python -m retrieval "


def commands(name: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", (PROJECT / name).read_text(encoding="utf-8"), re.M | re.S)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


README = commands("README.md")
ALL = [*README, *commands("CONTRIBUTING.md")]
# the browser test serves; tests/shared asks the originals, where they are
ELSEWHERE = re.compile(r"retrieval serve|\.\./shared|milvus://" + ("" if find_spec("pymilvus") else r"|\.db"))
RUN_HERE = [line for line in README if line.startswith(MODULE) and not ELSEWHERE.search(line)]


@pytest.fixture(scope="module")
def made() -> str:
    """What make would run, without running it."""
    command = ["make", "--dry-run", "--always-make", "app", "lint", "test"]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", [line for line in ALL if line.startswith("make ") or " make " in line])
def test_make_knows_the_target(command: str) -> None:
    done = subprocess.run(
        ["env", "--split-string", command, "--dry-run"], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_plain_commands_are_those_that_make_runs(made: str) -> None:
    section = README[README.index("python3 -m venv .venv") :][:5]
    assert section[-1].endswith("pytest")
    for command in section:
        assert command in made


def test_the_commands_run_one_after_the_other(
    words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, on the real seeds, with the hand-workable encoder.

    A reader who is asked for a passage picks the first; another has marked one on the page.
    """
    for name in ("seeds", "tests"):
        (tmp_path / name).symlink_to(PROJECT / name)
    monkeypatch.chdir(tmp_path)
    settings = Settings(index=tmp_path / "index", model="words", feedback=tmp_path / "feedback.jsonl")
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(console, "load_encoder", lambda _: words)
    build(settings, words)
    [hit] = Searcher.open(settings.index, words).ask("犬はどこか", 1).hits
    feedback.record(settings.feedback, "犬はどこか", hit, right=True)
    for command in RUN_HERE:
        # a floor is for the real model; tests/evaluation holds it there
        arguments = re.sub(r"--min \S+", "", command.removeprefix(MODULE))
        monkeypatch.setattr(sys, "argv", ["retrieval", *shlex.split(arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO("1\n"))
        assert cli.main() == 0, (command, capsys.readouterr().err)
        assert capsys.readouterr().out, command


def test_the_settings_table_is_complete() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    for name in Settings().environment():
        assert f"`{name}`" in text


def test_the_example_stands_in_the_digest() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    [quoted] = re.findall(r"^> (.+)$", text, re.M)
    lines = (PROJECT / "seeds" / "miami-and-davos.md").read_text(encoding="utf-8").split("\n")
    assert any(quoted in line for line in lines[44:51])
