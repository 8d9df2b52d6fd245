"""The project's own question sets, with the real model: `make evaluate`, and the floors that it holds."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval import Settings, cli
from retrieval.cli import console
from retrieval.encoder import Encoder
from retrieval.settings import PROJECT


def commands() -> list[list[str]]:
    """The arguments of each evaluation that make runs."""
    command = ["make", "--dry-run", "evaluate"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    lines = printed.replace("\\\n", " ").splitlines()
    return [shlex.split(line)[3:] for line in lines if "retrieval evaluate" in line]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("index")


@pytest.mark.parametrize("arguments", commands(), ids=lambda arguments: Path(arguments[1]).stem)
def test_no_figure_has_fallen(
    arguments: list[str],
    index: Path,
    e5: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(console, "load_encoder", lambda _: e5)
    for name, value in Settings(index=index).environment().items():
        monkeypatch.setenv(name, value)
    assert arguments.count("--min") >= 2
    arguments[arguments.index("--out") + 1] = str(index / "report")
    monkeypatch.setattr(sys, "argv", ["retrieval", *arguments])
    code = cli.main()
    assert code == 0, capsys.readouterr().err
    page = (index / "report" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "http://" not in page.replace("http://www.w3.org", "").split("<h2>What missed</h2>")[0]


def test_the_sets_are_large_and_various_enough() -> None:
    from retrieval import evaluation

    own = evaluation.load(PROJECT / "tests" / "questions" / "digests.jsonl").questions
    held_out = evaluation.load(PROJECT / "tests" / "questions" / "held-out.jsonl").questions
    assert not {one.question for one in own} & {one.question for one in held_out}
    for questions in (own, held_out):
        assert len(questions) >= 60
        assert sum(not one.answers_by_document() for one in questions) >= 12
        assert {one.lang for one in questions} == {"ja", "en", "ru"}
