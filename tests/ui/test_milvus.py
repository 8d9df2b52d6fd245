"""The pages over an index in Milvus."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from retrieval import Settings
from retrieval.cluster import client
from retrieval.cluster.address import parse
from ui.texts import JA

pytestmark = pytest.mark.skipif(
    find_spec("pymilvus") is None, reason="an index in Milvus needs requirements-milvus.txt"
)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    from milvus_lite.server_manager import server_manager_instance

    path = tmp_path / "docs.db"
    yield settings.model_copy(update={"index": parse(path)})
    server_manager_instance.release_server(str(path))


def test_from_the_first_build_to_a_rebuild(page, settings: Settings, by_coverage: None) -> None:
    opened = page("ask")
    opened.run()
    opened.ask("鳥が鳴く")
    assert "鳥が鳴く。" in opened.html
    opened = page("documents")
    app = opened.run()
    assert JA.held.format(3) in [one.value for one in app.header]
    (settings.seeds / "fish.txt").write_text("魚の話\n魚が泳ぐ。", "utf-8")
    app = opened.run()
    assert JA.waiting in [one.value for one in app.warning]
    app = opened.press("take-in")
    assert JA.held.format(4) in [one.value for one in app.header]
    opened = page("index")
    app = opened.run()
    assert JA.current in [one.value for one in app.success]
    assert "shutten_2_" in opened.html


def test_a_server_that_does_not_answer(page, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_CONNECT", 1)
    monkeypatch.setenv("SHUTTEN_INDEX", "milvus://127.0.0.1:9/docs")
    for name in ("ask", "documents", "index"):
        app = page(name).run()
        assert JA.failures["Unreachable"] in [one.value for one in app.error]
