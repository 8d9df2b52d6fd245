"""A damaged or foreign index: refused with what is wrong, or an older whole one answers and says so."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build
from retrieval.errors import DamagedIndex, ForeignIndex, NoIndex
from retrieval.index import generation, manifest
from retrieval.index.build import is_current

NAMES = (*generation.FILES, manifest.NAME)


def folder(settings: Settings) -> Path:
    return settings.index / generation.current(settings.index)


def said(settings: Settings, words) -> str:
    return str([one.to_json() for one in Searcher.open(settings.index, words).ask_all(["犬", "猫"], 3)])


def harmed(data: bytes) -> Iterator[bytes]:
    """Flips, cuts and appended bytes, all over."""
    step = max(1, len(data) // 97)
    for at in {*range(0, len(data), step), len(data) - 1}:
        yield data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        yield data[:at]
    for more in (b"\0", b"\n", b" ", b"}", data):
        yield data + more


@pytest.mark.parametrize("name", NAMES)
def test_no_harm_to_a_file_is_overlooked(built: Settings, name: str) -> None:
    path = folder(built) / name
    data = path.read_bytes()
    count = 0
    for bad in harmed(data):
        path.write_bytes(bad)
        # a format that is another number is another version's, for all anyone can tell
        with pytest.raises((DamagedIndex, ForeignIndex), match=name) as refused:
            generation.open_current(built.index, "words")
        assert "build it again: python -m retrieval build" in str(refused.value)
        assert len(str(refused.value).splitlines()) == 1
        count += 1
    assert count > 150
    path.unlink()
    with pytest.raises(DamagedIndex, match=name):
        generation.open_current(built.index, "words")
    assert not is_current(built)  # so that a build mends it
    path.write_bytes(data)
    assert is_current(built)


def test_a_field_that_is_not_ours_is_named_in_one_line(built: Settings) -> None:
    path = folder(built) / manifest.NAME
    path.write_bytes(path.read_bytes().replace(b'"model"', b'"un\\r\\u2028known": 1, "model"'))
    with pytest.raises(DamagedIndex, match="un known") as refused:
        manifest.parse(path.read_bytes(), path)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_an_older_whole_generation_answers_and_says_so(built: Settings, words, name: str) -> None:
    before = said(built, words)
    (built.seeds / "dog.md").unlink()
    build(built, words)
    assert said(built, words) != before
    path = folder(built) / name
    data = path.read_bytes()
    for bad in (data[:-1], data + b"\0", data[:40] + bytes([data[40] ^ 1]) + data[41:]):
        path.write_bytes(bad)
        found = generation.open_current(built.index, "words")
        assert found.trouble is not None
        assert str(path) in found.trouble
        assert found.trouble.endswith(f"the index of {found.manifest.built_at:%Y-%m-%d %H:%M} UTC answers")
        assert said(built, words) == before
        assert not is_current(built)
    build(built, words)
    mended = generation.open_current(built.index, "words")
    assert mended.trouble is None
    assert mended.catalog.names() == ["cat.txt", "sub/bird.txt"]
    # the damaged one went, the whole one before it stays
    assert sum(path.is_dir() for path in built.index.iterdir()) == 2


@pytest.mark.parametrize(
    "bad", [b"", b"\xff", b"..\n", b"/etc\n", b"../x\n", b"20260101T000000000000-00000000\n"]
)
def test_a_pointer_to_nothing_is_refused_or_an_older_one_answers(built: Settings, words, bad: bytes) -> None:
    before = said(built, words)
    pointer = built.index / "CURRENT"
    whole = folder(built)
    pointer.write_bytes(bad)
    assert (
        "CURRENT" in (trouble := generation.open_current(built.index, "words").trouble or "")
        or "missing" in trouble
    )
    assert said(built, words) == before
    assert not is_current(built)
    (whole / "manifest.json").unlink()
    with pytest.raises(DamagedIndex, match="build it again"):
        generation.manifest_for(built.index, "words")


def test_every_flip_of_the_pointer_is_harmless(built: Settings, words) -> None:
    before = said(built, words)
    pointer = built.index / "CURRENT"
    data = pointer.read_bytes()
    for bad in harmed(data):
        pointer.write_bytes(bad)
        assert said(built, words) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"dimension": "wide"}, "dimension Input should be a valid integer"),
        ({"passages": 0}, "passages Input should be greater than or equal to 1"),
        ({"more": 1}, "more Extra inputs are not permitted"),
        ({"documents": 4}, "not as it was written"),
        ({"files": {"../catalog.sqlite": {"size": 1, "sha256": "0" * 64}}}, "should match pattern"),
        ({"files": {"/etc/passwd": {"size": 1, "sha256": "0" * 64}}}, "should match pattern"),
        ({"files": {"a\\b.npz": {"size": 1, "sha256": "0" * 64}}}, "should match pattern"),
        ({"files": {"..": {"size": 1, "sha256": "0" * 64}}}, "should match pattern"),
    ],
)
def test_a_wrong_manifest_names_the_field(built: Settings, change: dict[str, object], says: str) -> None:
    path = folder(built) / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change), "utf-8")
    with pytest.raises(DamagedIndex, match=says):
        generation.manifest(built.index)


def resealed(settings: Settings, **change: object) -> None:
    """The manifest with other contents, as if it had been written so."""
    path = folder(settings) / manifest.NAME
    found = manifest.parse(path.read_bytes(), path)
    path.write_bytes(found.model_copy(update=change).to_bytes())


def test_a_manifest_that_lists_other_files_is_refused(built: Settings) -> None:
    files = generation.manifest(built.index).files
    resealed(built, files={name: files[name] for name in generation.FILES[:-1]})
    with pytest.raises(DamagedIndex, match=r"lists catalog\.sqlite, keywords\.safetensors, layout"):
        generation.open_current(built.index, "words")


def test_files_that_do_not_belong_together_are_refused(built: Settings) -> None:
    resealed(built, passages=4)
    with pytest.raises(DamagedIndex, match="its files do not belong together"):
        generation.open_current(built.index, "words")


def test_a_link_in_place_of_a_file_is_refused(built: Settings, tmp_path: Path) -> None:
    path = folder(built) / generation.KEYWORDS
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedIndex, match=r"keywords\.safetensors: Too many levels of symbolic links"):
        generation.open_current(built.index, "words")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 4}, "format 4, this version has 11"),
        ({"format": 99}, "format 99, this version has 11"),
        ({"making": 99}, "making of passages 99, this version has 1"),
        ({"model": "other"}, "built with the model other, not words; name that one"),
        ({"dimension": 7}, "built with vectors of 7 values, and the model words now gives 6"),
    ],
)
def test_a_foreign_generation_is_refused_by_name_or_an_older_one_answers(
    built: Settings, words, change: dict[str, object], says: str
) -> None:
    resealed(built, **change)
    with pytest.raises(ForeignIndex, match=says):
        Searcher.open(built.index, words)
    assert issubclass(ForeignIndex, NoIndex)
    build(built, words)
    build(built, words)
    resealed(built, **change)
    assert says.split(";")[0] in (Searcher.open(built.index, words).index.trouble or "")


def test_an_index_is_read_before_sqlite_sees_it(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing opens or maps a file that is not the one that was built."""
    (folder(built) / generation.KEYWORDS).write_bytes(b"")
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: pytest.fail("SQLite opened it"))
    monkeypatch.setattr("faiss.read_index", lambda *_: pytest.fail("FAISS opened it"))
    monkeypatch.setattr("numpy.memmap", lambda *_: pytest.fail("it was mapped"))
    with pytest.raises(DamagedIndex, match=r"keywords\.safetensors"):
        generation.open_current(built.index, "words")
