from pathlib import Path

import pytest

from retrieval import Settings
from retrieval.errors import UsageError
from retrieval.settings import BUNDLED_MODEL, PAGE_RERANKER


def test_the_command_line_is_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTTEN_K", "7")
    assert Settings.load().k == 7
    assert Settings.load(k=3, model=None).k == 3


def test_what_is_wrong_is_named_as_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"^-k=0: "):
        Settings.load(k=0)
    with pytest.raises(UsageError, match=r"^--passage-size=1: "):
        Settings.load(passage_size=1)
    with pytest.raises(UsageError, match=r"^--model=multilingual-e5-small\+: no adapter is named"):
        Settings.load(model=f"{BUNDLED_MODEL}+")
    for name in ("seeds", "index", "feedback"):
        with monkeypatch.context() as own:
            own.setenv(f"SHUTTEN_{name.upper()}", "")
            with pytest.raises(UsageError, match=rf"^SHUTTEN_{name.upper()}=: empty; name a place"):
                Settings.load()
    monkeypatch.setenv("SHUTTEN_PASSAGE_SIZE", "many")
    with pytest.raises(UsageError, match=r"^SHUTTEN_PASSAGE_SIZE=many: "):
        Settings.load()


def test_a_process_in_another_folder_has_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("model", BUNDLED_MODEL):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(seeds=Path("docs"), model="model")
    assert settings.model == str(tmp_path / "model")
    assert Settings.load(model=BUNDLED_MODEL).model == BUNDLED_MODEL
    assert Settings.load(model="org/model").model == "org/model"
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert Settings.load() == settings.model_copy(update={"seeds": tmp_path / "docs"})


def test_the_page_reads_again_unless_it_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().reranker == ""
    assert Settings.load().of_the_page().reranker == PAGE_RERANKER
    assert Settings.load(reranker="").of_the_page().reranker == ""
    assert Settings.load(reranker="org/other").of_the_page().reranker == "org/other"
    assert Settings.load(model=BUNDLED_MODEL).of_the_page().reranker == ""  # it comes upon another
    monkeypatch.setenv("SHUTTEN_RERANKER", "")
    assert Settings.load().of_the_page().reranker == ""
