from pathlib import Path

import numpy as np
import pytest

from retrieval import Settings, build, doctor, workers
from retrieval.doctor import Check
from retrieval.errors import ModelUnavailable, ShuttenError, UsageError


def found(settings: Settings, words, load=None) -> dict[str, Check]:
    return {one.what: one for one in doctor.examine(lambda: settings, load or (lambda _: words))}


def test_all_is_well(built: Settings, words) -> None:
    checks = found(built, words)
    assert list(checks) == [
        "Python", "packages", "reading", "documents", "index folder", "feedback", "model", "index",
    ]  # fmt: skip
    assert [one.remedy for one in checks.values()] == [None] * 8, checks
    assert checks["index"].found == "3 documents, whole and up to date"


def test_wrong_settings_are_named(words) -> None:
    def load() -> Settings:
        raise UsageError("SHUTTEN_K=0: wrong")

    *_, last = doctor.examine(load, lambda _: words)
    assert last == Check("settings", "SHUTTEN_K=0: wrong", "set it to what is asked for, or leave it out")


def test_packages_that_are_not_as_pinned(
    built: Settings, words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("# a\n\npytest==0.1  # old\nno-such-thing==1\n", "utf-8")
    monkeypatch.setattr(doctor, "_REQUIREMENTS", tmp_path / "requirements.txt")
    check = found(built, words)["packages"]
    assert check.found.startswith("pytest is ")
    assert check.found.endswith(", not 0.1; no-such-thing is missing, not 1")
    assert check.remedy == "pip install -r requirements.txt"


def test_no_documents_no_model_no_index(settings: Settings, words, tmp_path: Path) -> None:
    def load(_: str) -> None:
        raise ModelUnavailable("no model")

    (tmp_path / "file").write_bytes(b"")
    empty = settings.model_copy(update={"seeds": tmp_path / "nowhere", "feedback": tmp_path / "file" / "x"})
    checks = found(empty, words, load)
    assert [name for name, one in checks.items() if one.remedy] == ["documents", "feedback", "model", "index"]
    assert "no such folder" in checks["documents"].found
    assert checks["model"].found == "no model"
    assert checks["index"].remedy == "python -m retrieval build"


def test_an_index_that_is_old_damaged_or_another_s(built: Settings, words) -> None:
    build(built, words)
    (built.seeds / "cat.txt").write_text("猫。", "utf-8")
    assert found(built, words)["index"].found.startswith("the documents or the settings have changed")
    build(built, words)
    (built.index / (built.index / "CURRENT").read_text("utf-8").strip() / "keywords.safetensors").write_bytes(
        b""
    )
    assert "keywords.safetensors: not the file that was built" in found(built, words)["index"].found
    other = built.model_copy(update={"model": "other"})
    assert "built with the model words, not other" in found(other, words)["index"].found
    assert found(other, words)["index"].remedy == "python -m retrieval build"


def test_what_could_not_be_read_is_counted(settings: Settings, words) -> None:
    (settings.seeds / "empty.txt").write_bytes(b"")
    build(settings, words)
    assert found(settings, words)["index"] == Check(
        "index", "3 documents, whole and up to date; 1 could not be read (see status)"
    )


def test_no_process_that_reads(built: Settings, words, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise ShuttenError("no process")

    monkeypatch.setattr(workers, "read", read)
    assert found(built, words)["reading"] == Check("reading", "no process", "make setup")


def test_a_model_without_unit_vectors(built: Settings, words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "encode_queries", lambda texts: np.ones((len(texts), 6), np.float32))
    assert found(built, words)["model"].remedy == "name another (--model)"


def test_a_reranker_that_the_settings_name_is_loaded(built: Settings, words) -> None:
    named = built.model_copy(update={"reranker": "multilingual-e5-small+rr4"})
    assert found(named, words)["reranker"] == Check("reranker", "multilingual-e5-small+rr4")
    gone = built.model_copy(update={"reranker": "multilingual-e5-small+rr3"})
    check = found(gone, words)["reranker"]
    assert check.found.startswith("rr3: No such file")
    assert check.remedy == "see above, or leave --reranker out"
