"""After any crash the old index or the new one, whole: every call that writes is made to fail in turn."""

import errno
import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build, documents, workers
from retrieval.errors import CannotWrite, NoIndex
from retrieval.index import durable, generation
from retrieval.index.build import is_current
from tests.index.faults import Faults, PowerCut

QUESTIONS = ["犬がいる", "猫はどこか", "鳥が鳴く", "魚"]


def answers(index: Path, words) -> str | None:
    """All that the index says, byte for byte; None where there is none yet."""
    if not (index / "CURRENT").exists():
        with pytest.raises(NoIndex, match="no index yet"):
            Searcher.open(index, words)
        return None
    searcher = Searcher.open(index, words)
    names = searcher.index.catalog.names()
    return json.dumps([names, *(one.to_json() for one in searcher.ask_all(QUESTIONS, 5))])


class Bench:
    """An index before a build, none or one, and what it says before and after."""

    def __init__(self, settings: Settings, words, before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings, self.words = settings, words
        self.kept = settings.index.with_name("kept")
        if before:
            build(settings, words)
            build(settings, words)  # so that there is one to be removed, too
            (settings.seeds / "dog.md").unlink()
            (settings.seeds / "fish.txt").write_text("魚の話\n魚が泳ぐ。犬も泳ぐ。\n", "utf-8")
        else:
            settings.index.mkdir()
        settings.index.rename(self.kept)
        # the documents are read once: this is about writing
        limits = settings.limits
        files = list(workers.read(documents.find(settings.seeds), limits, settings.passage_size))
        monkeypatch.setattr(workers, "read", lambda asked, *_: (one for one in files if one.name in asked))
        monkeypatch.setattr(durable, "PIECE", 16384)
        self.reset()
        self.old = answers(settings.index, words)
        build(settings, words)
        self.new = answers(settings.index, words)
        assert self.old != self.new

    def reset(self) -> None:
        """The index as it was before the build."""
        shutil.rmtree(self.settings.index, ignore_errors=True)
        shutil.copytree(self.kept, self.settings.index)

    def check(self, *, mend: bool = True) -> str | None:
        """What the index says, which is the old or the new; the next build makes it the new and tidies up."""
        found = answers(self.settings.index, self.words)
        assert found in (self.old, self.new)
        if mend:
            build(self.settings, self.words)
            assert answers(self.settings.index, self.words) == self.new
            assert is_current(self.settings)
            folders = [path for path in self.settings.index.iterdir() if path.is_dir()]
            assert 1 <= len(folders) <= 2
            assert all((folder / "manifest.json").is_file() for folder in folders)
        return found


@pytest.fixture(params=[True, False], ids=["rebuild", "first"])
def bench(
    request: pytest.FixtureRequest, settings: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    return Bench(settings, words, request.param, monkeypatch)


def calls(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many calls one build makes."""
    faults = Faults()
    bench.reset()
    with monkeypatch.context() as patched:
        patched.setattr(durable, "os", faults)
        build(bench.settings, bench.words)
    assert faults.count > 15
    return faults.count


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("torn", [False, True], ids=["before", "torn"])
def test_a_build_killed_at_any_call_leaves_the_old_index_or_the_new(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, torn: bool
) -> None:
    seen = set()
    for at in range(calls(bench, monkeypatch)):
        bench.reset()
        if (child := os.fork()) == 0:
            durable.os = Faults(at, torn=torn)  # type: ignore[attr-defined]
            build(bench.settings, bench.words)
            os._exit(0)  # it should not have come so far
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), at
        assert os.WTERMSIG(status) == signal.SIGKILL
        seen.add(bench.check(mend=not torn))
    assert seen == {bench.old, bench.new}


def refusal(bench: Bench) -> str | None:
    """Why a build could not write; None where it could."""
    try:
        build(bench.settings, bench.words)
    except CannotWrite as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("error", "lasting"), [(errno.EIO, False), (errno.ENOSPC, True)], ids=["EIO", "ENOSPC"]
)
def test_any_call_that_fails_leaves_the_old_index_or_the_new_and_is_one_line(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: int, lasting: bool
) -> None:
    refused = 0
    for at in range(calls(bench, monkeypatch)):
        bench.reset()
        with monkeypatch.context() as patched:
            patched.setattr(durable, "os", Faults(at, error, lasting=lasting))
            if reason := refusal(bench):
                refused += 1
                assert f"cannot be written ({os.strerror(error)})" in reason
                assert "--index" in reason
                assert len(reason.splitlines()) == 1
            else:
                assert answers(bench.settings.index, bench.words) == bench.new
        bench.check(mend=lasting)
    assert refused > 10


def test_a_power_cut_at_any_moment_leaves_the_old_index_or_the_new(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.reset()
    disk = PowerCut(bench.settings.index)
    with monkeypatch.context() as patched:
        patched.setattr(durable, "os", disk)
        build(bench.settings, bench.words)
    seen, checked = set(), []
    for state in disk.states:
        if state in checked:
            continue
        checked.append(state)
        shutil.rmtree(bench.settings.index)
        bench.settings.index.mkdir()
        for name, data in state.items():
            (bench.settings.index / name).parent.mkdir(exist_ok=True)
            (bench.settings.index / name).write_bytes(data)
        seen.add(bench.check(mend=False))
    assert seen == {bench.old, bench.new}
    # when the build has returned, all of it is on the disk
    last = {name: data for name, data in disk.states[-2].items() if name.name != "LOCK"}
    named = last[Path("CURRENT")].decode().strip()
    assert all(last[Path(named) / name] for name in (*generation.FILES, "manifest.json"))
