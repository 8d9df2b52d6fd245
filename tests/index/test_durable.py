import errno
from pathlib import Path

import pytest

from retrieval.index import durable
from tests.index.faults import Faults


def test_a_file_is_written_whole_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "PIECE", 7)
    with durable.new(tmp_path / "a") as write:
        write(bytes(range(60)))
        write(bytes(range(60, 100)))
    assert (tmp_path / "a").read_bytes() == bytes(range(100))
    with durable.new(tmp_path / "a"):
        pass
    assert (tmp_path / "a").read_bytes() == b""


def test_a_replaced_file_is_the_old_one_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    seen = []
    for at in range(4):  # write, fsync, rename, fsync of the folder
        path.write_bytes(b"old")
        with monkeypatch.context() as patched:
            patched.setattr(durable, "os", Faults(at, errno.EIO))
            with pytest.raises(OSError, match="Input/output error"):
                durable.replace(path, b"new")
        seen.append(path.read_bytes())
    assert seen == [b"old", b"old", b"old", b"new"]
    durable.replace(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / "a.draft").symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        durable.replace(tmp_path / "a", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_a_folder_goes_with_what_makes_it_one_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(b"")
    with monkeypatch.context() as patched:
        patched.setattr(durable, "os", Faults(1, errno.EIO))
        with pytest.raises(OSError, match="Input/output error"):
            durable.remove(tmp_path / "folder", first="b")
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["a", "c"]
    durable.remove(tmp_path / "folder", first="b")
    assert list(tmp_path.iterdir()) == []
