import os
import signal
from pathlib import Path

import pytest

from retrieval import Settings, build
from retrieval.errors import BeingBuilt, CannotWrite
from retrieval.index import lock
from retrieval.index.build import is_current


def test_a_second_build_says_who_builds_and_leaves(built: Settings, words) -> None:
    with lock.building(built.index), pytest.raises(BeingBuilt) as refused:
        build(built, words)
    assert str(refused.value).startswith(f"{built.index}: process {os.getpid()} on ")
    assert str(refused.value).endswith("is building it; wait until it has finished")
    assert is_current(built)
    build(built, words)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_dead_owner_s_lock_is_taken_over(built: Settings, words) -> None:
    says, hears = os.pipe()
    if (child := os.fork()) == 0:
        with lock.building(built.index):
            os.write(hears, b"x")
            signal.pause()
    os.read(says, 1)
    with pytest.raises(BeingBuilt, match=f"process {child} on"):
        build(built, words)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    build(built, words)
    for pipe in (says, hears):
        os.close(pipe)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(CannotWrite, match=r"file/index: cannot be written \((File exists|Not a directory)\)"),
        lock.building(tmp_path / "file" / "index"),
    ):
        pytest.fail("there is nothing to build in")


def test_readers_share_a_generation_and_keep_it_from_being_seized(tmp_path: Path) -> None:
    first, second = lock.hold(tmp_path), lock.hold(tmp_path)
    assert first
    assert second
    assert lock.seize(tmp_path) is None
    first.release()
    assert lock.seize(tmp_path) is None
    del second  # forgotten
    seized = lock.seize(tmp_path)
    assert seized
    assert lock.hold(tmp_path) is None
    seized.release()
    seized.release()
    assert lock.hold(tmp_path)


def test_what_is_gone_or_no_folder_is_not_held(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("gone", "file", "link"):
        assert lock.hold(tmp_path / name) is None
