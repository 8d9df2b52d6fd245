import sys

import pytest

from retrieval import Settings, cli
from retrieval.cli import console


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings, words, capsys: pytest.CaptureFixture[str]):
    """Runs a command on the small index with the hand-workable encoder: (exit code, stdout, stderr)."""
    monkeypatch.setattr(console, "load_encoder", lambda _: words)
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["retrieval", *arguments])
        code = cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    return call
