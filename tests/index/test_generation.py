import json
from pathlib import Path

import pytest

from retrieval import Settings, build
from retrieval.errors import DamagedIndex, ForeignIndex, NoIndex, UsageError
from retrieval.index import generation
from retrieval.index.build import is_current


def folder(settings: Settings) -> Path:
    return settings.index / generation.current(settings.index)


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="python -m retrieval build"):
        generation.open_current(tmp_path, "words")


def test_a_reader_keeps_its_generation_while_another_is_built(built: Settings, words) -> None:
    old = generation.open_current(built.index, "words")
    (built.seeds / "new.txt").write_text("魚。", encoding="utf-8")
    build(built, words)
    assert len(old.catalog.names()) == 3
    new = generation.open_current(built.index, "words")
    assert len(new.catalog.names()) == 4
    assert new.id != old.id


def test_generations_before_the_last_are_removed(built: Settings, words) -> None:
    for _ in range(3):
        build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) == 2


@pytest.mark.parametrize("name", generation.FILES)
@pytest.mark.parametrize("harm", ["flip", "cut", "append", "remove"])
def test_a_damaged_file_is_refused(built: Settings, name: str, harm: str) -> None:
    path = folder(built) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    changed = {"flip": bytes(data), "cut": bytes(data[:-1]), "append": path.read_bytes() + b"\0"}
    path.unlink()
    if harm in changed:
        path.write_bytes(changed[harm])
    with pytest.raises(DamagedIndex, match=name):
        generation.open_current(built.index, "words")
    if name == generation.CATALOG:
        with pytest.raises(DamagedIndex, match=name):
            generation.catalog(built.index)
    assert not is_current(built)  # so that a build mends it


def test_a_pointer_that_is_no_text_is_refused(built: Settings) -> None:
    (built.index / "CURRENT").write_bytes(b"\xff")
    with pytest.raises(DamagedIndex, match="CURRENT"):
        generation.manifest(built.index)
    assert not is_current(built)


def test_a_damaged_manifest_names_the_field(built: Settings) -> None:
    path = folder(built) / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8")) | {"dimension": "wide"}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(DamagedIndex, match="dimension"):
        generation.manifest(built.index)


def test_another_format_or_model_is_refused(built: Settings) -> None:
    with pytest.raises(ForeignIndex, match="built with the model words, not other"):
        generation.open_current(built.index, "other")
    path = folder(built) / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8")) | {"format": 99}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ForeignIndex, match="format 99"):
        generation.manifest(built.index)


def test_a_document_that_is_not_there_is_named_with_those_that_are(built: Settings) -> None:
    with pytest.raises(UsageError, match=r"x\.txt.*cat\.txt, dog\.md"):
        generation.document(built.index, "x.txt")
