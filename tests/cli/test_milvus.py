"""The command line over an index in Milvus."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from retrieval import Settings
from retrieval.cli import asking

pytestmark = pytest.mark.skipif(
    find_spec("pymilvus") is None, reason="an index in Milvus needs requirements-milvus.txt"
)

BIRD = '{"id": "q1", "question": "鳥は何をするか", "document": "sub/bird.txt", "answers": [["鳥が鳴く。"]]}\n'


@pytest.fixture
def there(tmp_path: Path) -> Iterator[str]:
    from milvus_lite.server_manager import server_manager_instance

    path = str(tmp_path / "docs.db")
    yield path
    server_manager_instance.release_server(path)


def test_one_after_the_other(run, there: str, tmp_path: Path, seeds: Path) -> None:
    code, out, err = run("ask", "犬", "--index", there)
    assert code == 3
    assert err == f"shutten: {there}: no index yet; build it: python -m retrieval build --index {there}\n"
    code, out, _ = run("build", "--index", there)
    assert (code, out) == (0, f"built: 3 documents, 3 passages, 8 sentences in {there}\n")
    code, out, _ = run("build", "--index", there)
    assert (code, out) == (0, f"nothing has changed: 3 documents, 3 passages, 8 sentences in {there}\n")
    code, out, _ = run("ask", "犬", "-k", "1", "--json", "--index", there)
    assert code == 0
    answer = json.loads(out)
    assert run("build")[0] == 0
    assert json.loads(run("ask", "犬", "-k", "1", "--json")[1]) == answer
    for command in (
        ("show", "dog.md"),
        ("show", "dog.md", "--passages"),
        ("show", "dog.md", "--start", "60", "--end", "62"),
        ("ask", "犬", "--source", "sub/*", "--per-source", "1"),
    ):
        assert run(*command, "--index", there) == run(*command)
    (seeds / "new.txt").write_text("魚。", "utf-8")
    code, out, _ = run("status", "--index", there)
    assert code == 0
    assert f"index      {there} (shutten_1_" in out
    assert "added      new.txt" in out
    code, out, _ = run("doctor", "--index", there)
    assert "the documents or the settings have changed since it was built" in out
    set_ = tmp_path / "set.jsonl"
    set_.write_text(BIRD, "utf-8")
    code, out, _ = run(
        "evaluate", str(set_), "--index", there, "--out", str(tmp_path / "out"), "--min", "R@1=1"
    )
    assert code == 0


def test_what_is_measured_on_is_indexed_there(run, there: str, tmp_path: Path, seeds: Path) -> None:
    set_ = tmp_path / "set.jsonl"
    set_.write_text(BIRD, "utf-8")
    assert run("evaluate", str(set_), "--index", there, "--seeds", str(seeds))[0] == 0
    assert run("ask", "犬", "--index", there)[0] == 0
    # or in a cache in a folder, where only the settings say Milvus
    settings = Settings.load(index=there, seeds=seeds)
    assert asking._cache(settings).is_relative_to(settings.folder)


def test_shares(run, there: str, seeds: Path) -> None:
    for number in range(8):
        (seeds / f"n{number}.txt").write_text("魚。", "utf-8")
    code, out, _ = run("build", "--index", there, "--shard", "2/2")
    assert code == 0
    assert out.endswith("the index before answers until these are built, too: --shard 1/2\n")
    code, _, err = run("ask", "犬", "--index", there)
    assert code == 3
    assert "not whole yet; build what is missing" in err
    code, out, _ = run("build", "--index", there, "--shard", "1/2", "--json")
    assert json.loads(out)["waits_for"] == []
    assert run("ask", "犬", "--index", there)[0] == 0


def test_what_is_wrong_is_one_line(run) -> None:
    code, out, err = run("ask", "犬", "--index", "milvus://127.0.0.1:9/docs")
    assert (code, out) == (1, "")
    assert err.startswith("shutten: milvus://127.0.0.1:9/docs: ")
    assert err.count("\n") == 1
    code, _, err = run("ask", "犬", "--index", "milvus://host")
    assert code == 2
    assert err.startswith("shutten: --index=milvus://host: no address; write it as milvus://host:19530/name")
    code, _, err = run("build", "--shard", "1/2")
    assert code == 2
    assert err == "shutten: --shard 1/2: only an index in Milvus is built in shares (--index)\n"
    code, out, _ = run("doctor", "--index", "milvus://127.0.0.1:9/docs")
    assert code == 1
    assert "start Milvus there, or name another index (--index)" in out
