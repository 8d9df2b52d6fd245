"""Whatever is wrong with the server is one line that says what to do."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval import Searcher, Settings, build, building, indexes
from retrieval.cluster import client, opening
from retrieval.cluster.address import Address, parse
from retrieval.cluster.client import Client
from retrieval.errors import (
    DamagedIndex,
    ForeignIndex,
    NoIndex,
    ShuttenError,
    Unreachable,
    UsageError,
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_CONNECT", "_ANSWER", "_WORK", "_READY"):
        monkeypatch.setattr(client, name, 1)


@pytest.fixture
def lost(tmp_path: Path, settings: Settings, words, quick: None) -> Iterator[Settings]:
    """An index on a server that was there, and has gone."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, held, port = start_server_in_thread(str(tmp_path / "data"))
    there = settings.model_copy(update={"index": parse(f"milvus://127.0.0.1:{port}/docs")})
    there = there.model_copy(update={"index": _with_folder(there.index, tmp_path)})
    build(there, words)
    Searcher.open(there.index, words)
    server.stop(grace=0).wait()
    held.close()
    yield there
    opening.connected.cache_clear()


def _with_folder(address: object, folder: Path) -> Address:
    """The address, with what is kept of it here below a folder of the test's."""

    class Here(Address):
        def folder(self, below: Path) -> Path:
            return folder / "local"

    assert isinstance(address, Address)
    return Here(address.server, address.name, address.shown)


def one_line(error: ShuttenError) -> str:
    said = str(error)
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_no_server(quick: None) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable, match=r"^milvus://127\.0\.0\.1:9/docs: .*see that Milvus") as raised:
        indexes.current(parse("milvus://user:secret@127.0.0.1:9/docs"))  # type: ignore[arg-type]
    assert "secret" not in one_line(raised.value)
    assert time.monotonic() - begun < 5


def test_a_server_that_has_gone(lost: Settings, words, caplog: pytest.LogCaptureFixture) -> None:
    begun = time.monotonic()
    for call in (
        lambda: indexes.current(lost.index),
        lambda: building.is_current(lost),
        lambda: build(lost, words),
        lambda: Searcher.open(lost.index, words),
    ):
        with pytest.raises(Unreachable, match="see that Milvus runs there") as raised:
            call()
        one_line(raised.value)
    assert time.monotonic() - begun < 20
    assert [record for record in caplog.records if record.name.startswith("pymilvus")] == []


def test_a_server_that_is_too_old(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import pymilvus

    monkeypatch.setattr(pymilvus.MilvusClient, "get_server_version", lambda *_, **__: "v2.4.17")
    with pytest.raises(Unreachable, match=r"x\.db: Milvus v2\.4\.17 is too old; 2\.5 or newer is needed"):
        Client(Address(server, "docs", "x.db"))


@pytest.mark.parametrize(("module", "package"), [("pymilvus", "pymilvus"), ("milvus_lite", "milvus-lite")])
def test_what_is_not_installed(module: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = client.find_spec
    monkeypatch.setattr(client, "find_spec", lambda name: None if name == module else find(name))
    said = rf"^x\.db: {package} is not installed; install it: pip install -r requirements-milvus\.txt$"
    with pytest.raises(Unreachable, match=said):
        Client(Address("/nowhere/x.db", "docs", "x.db"))


def test_a_file_that_cannot_be_opened(tmp_path: Path, settings: Settings, words) -> None:
    (tmp_path / "file.db").write_bytes(b"none")
    for path in (tmp_path / "nowhere" / "x.db", tmp_path / "file.db"):
        there = settings.model_copy(update={"index": Address(str(path), "docs", path.name)})
        with pytest.raises(Unreachable, match="see that its folder is there, and that no other") as raised:
            build(there, words)
        assert one_line(raised.value).startswith(f"{path.name}: ")


def test_a_file_that_is_not_there_is_not_made_by_asking(tmp_path: Path, settings: Settings) -> None:
    there = settings.model_copy(update={"index": Address(str(tmp_path / "x.db"), "docs", "x.db")})
    with pytest.raises(NoIndex, match=r"^x\.db: no index yet; build it: .* --index x\.db$"):
        indexes.current(there.index)
    assert not building.is_current(there)
    assert not (tmp_path / "x.db").exists()


def test_a_file_that_another_process_has_open(tmp_path: Path, settings: Settings, words) -> None:
    from milvus_lite import MilvusLite

    held = MilvusLite(str(tmp_path / "x.db"))
    there = settings.model_copy(update={"index": Address(str(tmp_path / "x.db"), "docs", "x.db")})
    with pytest.raises(Unreachable, match=r"^x\.db: .*, and that no other process has it open"):
        build(there, words)
    held.close()
    assert build(there, words).documents == 3


def test_a_name_that_is_taken(there: Settings, words) -> None:
    assert isinstance(there.index, Address)
    held = Client(there.index)
    schema = held.schema()
    schema.add_field("id", held.types.INT64, is_primary=True)
    schema.add_field("vector", held.types.FLOAT_VECTOR, dim=2)
    index = {"field_name": "vector", "index_type": "FLAT", "metric_type": "IP"}
    held.create("somebody_s", schema, [index])
    held.name(there.index.name, "somebody_s")
    with pytest.raises(UsageError, match="is the collection somebody_s, not one of Shutten's; take another"):
        build(there, words)
    assert held.named(there.index.name) == "somebody_s"
    own = Address(there.index.server, "somebody_s", "x")
    with pytest.raises(UsageError, match="take another name"):
        indexes.current(own)


def test_an_index_of_another_version(there: Settings, words, monkeypatch: pytest.MonkeyPatch) -> None:
    build(there, words)
    opening._opened.cache_clear()
    monkeypatch.setattr("retrieval.cluster.tables.FORMAT", 2)
    with pytest.raises(ForeignIndex, match="format 1 of collections, this version has 2; build it again"):
        indexes.manifest(there.index)
    build(there, words)
    assert building.is_current(there)
    opening._opened.cache_clear()
    monkeypatch.setattr("retrieval.index.manifest.FORMAT", 99)
    with pytest.raises(ForeignIndex, match=r": format \d+, this version has 99; build it again"):
        indexes.manifest(there.index)


def test_collections_that_somebody_has_removed(there: Settings, words) -> None:
    build(there, words)
    found = Searcher.open(there.index, words)
    assert isinstance(there.index, Address)
    held = Client(there.index)
    held.delete(f"{found.index.id}_sentences", "id >= 0 and id < 3")
    with pytest.raises(DamagedIndex, match=r"rows of docs\d+_1_[0-9a-f]{8} are missing; build it again"):
        found.ask("犬", 3)
    held.drop(f"{found.index.id}_sentences")
    with pytest.raises(DamagedIndex, match=r"_sentences.* does not exist; it may have been built anew"):
        found.ask("犬", 3)


def test_an_index_answers_after_the_server_was_started_anew(there: Settings, words) -> None:
    from milvus_lite.server_manager import server_manager_instance

    build(there, words)
    answer = Searcher.open(there.index, words).ask("犬", 3)
    assert isinstance(there.index, Address)
    server_manager_instance.release_server(there.index.server)
    opening.connected.cache_clear()
    assert Searcher.open(there.index, words).ask("犬", 3) == answer
    assert building.is_current(there)
    (there.seeds / "cat.txt").write_text("猫。", "utf-8")
    build(there, words)
    assert Searcher.open(there.index, words).index.manifest.documents == 3


def test_rows_go_in_messages_that_are_not_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MESSAGE", 100)
    rows = [{"id": number, "data": "a" * 10, "vector": np.zeros(5, np.float32)} for number in range(4)]
    # each takes 4 * (10 + 5) bytes
    assert [len(some) for some in client._messages(rows)] == [1, 1, 1, 1]
    monkeypatch.setattr(client, "_MESSAGE", 120)
    assert [[row["id"] for row in some] for some in client._messages(rows)] == [[0, 1], [2, 3]]
    assert list(client._messages([])) == []


def test_pymilvus_is_silent(server: str) -> None:
    Client(Address(server, "docs", "x.db"))
    assert not logging.getLogger("pymilvus").isEnabledFor(logging.CRITICAL)
