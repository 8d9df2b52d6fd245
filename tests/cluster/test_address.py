from pathlib import Path

import pytest

from retrieval import Settings
from retrieval.cluster.address import Address, parse
from retrieval.errors import UsageError
from retrieval.shard import Shard


def test_a_server_s_address() -> None:
    found = parse("milvus://db.example:1234/docs")
    assert found == Address("http://db.example:1234", "docs", "")
    assert str(found) == "milvus://db.example:1234/docs"
    assert parse("milvus+tls://db.example/docs") == Address("https://db.example:19530", "docs", "")
    assert parse("milvus://[::1]/docs") == Address("http://[::1]:19530", "docs", "")


def test_a_file_of_milvus_lite_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = parse("docs.db")
    assert isinstance(found, Address)
    assert found.in_a_file
    assert (found.server, str(found)) == (str(tmp_path / "docs.db"), "docs.db")
    assert parse(Path("docs.db")) == found
    assert found.folder(Path("elsewhere")) == tmp_path / "docs.db.local" / "shutten"


def test_anything_else_is_a_folder() -> None:
    assert parse("index") == Path("index")
    assert parse(Path("index")) == Path("index")


def test_what_opens_the_server_is_never_shown() -> None:
    found = parse("milvus://me:p%40ss@db.example/docs")
    assert isinstance(found, Address)
    assert found.token == "me:p@ss"
    assert "p@ss" not in f"{found} {found!r}"
    assert parse(found.written) == found
    assert found.written == "milvus://me:p%40ss@db.example:19530/docs"
    with pytest.raises(UsageError) as refused:
        Settings.load(index="milvus://me:se/cr@et@db.example/bad-name")
    assert "--index=milvus://db.example/bad-name: no address" in str(refused.value)


@pytest.mark.parametrize(
    "written",
    ["milvus://host", "milvus://host/", "milvus://host/a-b", "milvus://host/a/b", "http://host/docs",
     "milvus:///docs", "milvus://host:port/docs", "milvus://host:99999/docs", "milvus://host/1st"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match=r"^--index=.*: no address; write it as milvus://host:19530/name"):
        Settings.load(index=written)


@pytest.mark.parametrize("written", ["milvus://me:p%40ss@a/docs", "milvus+tls://a/docs", "x.db"])
def test_a_process_in_another_folder_has_the_same(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(index=written, shard="2/3")
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert Settings.load() == settings


def test_each_index_and_share_has_a_folder_of_its_own_here() -> None:
    written = ["milvus://a/docs", "milvus://a/other", "milvus://b/docs", "x.db"]
    settings = [Settings.load(index=one, shard=shard) for one in written for shard in ("1/1", "1/2", "2/2")]
    assert len({one.folder for one in settings}) == 12
    assert Settings.load(index="index").folder == Path("index")


def test_only_an_index_in_milvus_is_built_in_shares() -> None:
    assert Settings.load(index="milvus://a/docs", shard="2/3").shard == Shard(2, 3)
    with pytest.raises(UsageError, match=r"^--shard 2/3: only an index in Milvus is built in shares"):
        Settings.load(shard="2/3")
    with pytest.raises(UsageError, match=r"^--shard=4/3: no share; write it as 2/4"):
        Settings.load(index="milvus://a/docs", shard="4/3")
