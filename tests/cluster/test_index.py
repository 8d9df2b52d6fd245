"""What is asked of an index in Milvus is answered as by one in a folder."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from retrieval import Searcher, Settings, build, indexes
from retrieval.cluster.client import Client
from retrieval.cluster.index import ClusterIndex
from retrieval.errors import EmptySelection, ForeignIndex
from retrieval.evaluation import QuestionSet, feedback, run
from retrieval.index import generation
from retrieval.index.generation import Generation
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.index.signals import DEPTH
from retrieval.reading import filters, findings, places, topics
from tests.conftest import WordEncoder

ASKED = ["犬", "猫と鳥", "鳥は庭で何をするか", "was it a bird?", "Кто там?", "犬 犬 犬 c++", "12345"]
SAME = "犬と猫が同じ庭にいて、鳥が木の上からそれを見ている、と動物園の記録は伝えている。"
# few enough for every leg to propose all, so that it is no chance which of equals are candidates
WRITTEN = {
    "a.txt": f"題名\n{SAME}",
    "sub/b.txt": f"別の題名\n{SAME}",
    "sub/c.txt": f"題名\n{SAME}犬。",
    "en.md": '---\ntitle: Birds\ndate: 2025-11\npublisher: Bird\'s "Press" \\ Co\n---\n# 100% of_birds\n\n'
    "A bird sings. Dogs bark[^1].\n\n## 鳥 #2\n\n鳥は歌う。犬も。\n\n[^1]: A note on dogs.\n",
    "ru.txt": "2024年1月5日\n\nПтицы\n\nПтица поёт. Собака лает.\n",
    "n.jsonl": '{"_id": "2", "title": "魚", "text": "魚が泳ぐ。"}\n{"_id": "1", "text": "魚と猫と犬。"}\n',
    "long.md": f"---\ntitle: 長い\ndate: '2026'\nnote: {'あ' * 70_000}\n---\n鳥。犬。但是,但是这样的事情。\n",
    "table.md": "# 表\n\n| 名 | 数 |\n|---|---|\n| 犬 | 3 |\n| 猫 | 4 |\n",
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, server: str) -> tuple[Searcher, Searcher]:
    """The same documents, in a folder and in Milvus."""
    folder = tmp_path_factory.mktemp("both")
    words = WordEncoder()
    for name, text in WRITTEN.items():
        path = folder / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    here = Settings(seeds=folder / "seeds", index=folder / "index", model="words", passage_size=100)
    there = Settings(seeds=here.seeds, index=Path(server), model="words", passage_size=100)
    searchers = []
    for settings in (here, there):
        build(settings, words)
        searchers.append(Searcher.open(settings.index, words))
    assert isinstance(searchers[0].index, Generation)
    assert isinstance(searchers[1].index, ClusterIndex)
    return searchers[0], searchers[1]


def test_every_answer_is_the_same(both: tuple[Searcher, Searcher]) -> None:
    here, there = both
    found = here.ask_all(ASKED, 10)
    assert there.ask_all(ASKED, 10) == found
    assert [there.ask(one, 10) for one in ASKED] == found
    assert any(hit.twins for answer in found for hit in answer.hits)
    assert there.ask_all(ASKED, 10, per_source=1) == here.ask_all(ASKED, 10, per_source=1)


def test_every_signal_is_the_same(both: tuple[Searcher, Searcher]) -> None:
    here, there = both
    for our, their in zip(here.queries(ASKED), there.queries(ASKED), strict=True):
        one, other = our.signals, their.signals
        for field in fields(one):
            same = getattr(other, field.name)
            if field.name == "keyword":  # summed in another order
                np.testing.assert_allclose(same, one.keyword, rtol=1e-6)
            else:
                np.testing.assert_array_equal(same, getattr(one, field.name))


def test_a_script_that_few_are_in_proposes_few(
    both: tuple[Searcher, Searcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, there = both
    assert isinstance(there.index, ClusterIndex)
    whole, search, wanted = there.index.whole, Client.search, list[int]()

    def spy(self: Client, collection: str, field: str, asked: object, k: int, *rest: str) -> list[list[int]]:
        wanted.extend([k] if field == "vector" else [])
        return search(self, collection, field, asked, k, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "search", spy)
    monkeypatch.setattr("retrieval.cluster.index.depth", lambda own, of_all: 100 * own + of_all)
    there.queries(["犬"])
    counts = [[own for own in means.counts.tolist() if own] for means in (whole.passages, whole.sentences)]
    assert wanted == [100 * own + sum(of_all) for of_all in counts for own in of_all]
    # of how many a filter leaves nothing is known
    wanted.clear()
    there.queries(["犬"], Selection(since="2024"))
    assert set(wanted) == {DEPTH}


@pytest.mark.parametrize(
    "selection",
    [
        Selection(documents=("a.txt", "ru.txt")),
        Selection(documents=("sub/*", "n.jsonl#[12]")),
        Selection(publishers=('Bird\'s "Press" \\ Co',)),
        Selection(since="2025-11-15"),
        Selection(since="2025"),
        Selection(until="2025"),
        Selection(until="2024-01-05"),
        Selection(since="2024", until="2025-11"),
        Selection(section="100% of_"),
        Selection(section="鳥"),
        Selection(documents=("*.md",), section="表"),
    ],
)
def test_every_filter_leaves_the_same(both: tuple[Searcher, Searcher], selection: Selection) -> None:
    here, there = both
    assert there.ask_all(ASKED, 10, selection) == here.ask_all(ASKED, 10, selection)
    assert there.index.catalog.sources(selection) == here.index.catalog.sources(selection)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(documents=("nowhere",)),
        Selection(since="2030"),
        Selection(section="a%b"),
    ],
)
def test_filters_that_leave_nothing(both: tuple[Searcher, Searcher], selection: Selection) -> None:
    for searcher in both:
        assert searcher.index.catalog.sources(selection) == []
        with pytest.raises(EmptySelection, match="the filters leave no passage"):
            searcher.ask("犬", 3, selection)


def test_the_documents_are_the_same(both: tuple[Searcher, Searcher]) -> None:
    here, there = (one.index.catalog for one in both)
    assert there.names() == here.names()
    assert there.sources() == here.sources()
    assert there.holdings() == here.holdings()
    assert list(there.numbered()) == list(here.numbered())
    for name in [*here.names(), "nowhere"]:
        assert there.document(name) == here.document(name)
        assert there.sections(name) == here.sections(name)
        assert list(there.passages(name)) == list(here.passages(name))
    for number, _ in here.numbered():
        assert there.passage(number) == here.passage(number)
        assert there.twins(number) == here.twins(number)
    assert len(there.document("long.md").text) > 65_535  # type: ignore[union-attr]
    with pytest.raises(IndexError, match="no passage 1000"):
        there.passage(1000)


def test_what_readers_do_with_it_is_the_same(both: tuple[Searcher, Searcher]) -> None:
    here, there = both
    for question in ASKED:
        assert findings.find(there, question, 3) == findings.find(here, question, 3)
    found = findings.find(here, "鳥", 3)
    ours, theirs = here.index.catalog, there.index.catalog
    assert topics.openings(theirs, 5) == topics.openings(ours, 5)
    assert topics.following(theirs, found, 5) == topics.following(ours, found, 5)
    assert filters.choices(theirs) == filters.choices(ours)
    assert places.find(theirs, "en.md", 120) == places.find(ours, "en.md", 120)
    assert generation.document(theirs, "a.txt") == generation.document(ours, "a.txt")


def test_an_evaluation_is_the_same(both: tuple[Searcher, Searcher]) -> None:
    _, there = both
    asked = (
        feedback.to_question("q1", "鳥はどこか", [("a.txt", SAME)], ""),
        feedback.to_question("q2", "魚はどこか", [("n.jsonl#2", "魚が泳ぐ。")], ""),
        feedback.to_question("q3", "馬はどこか", [], ""),
    )
    questions = QuestionSet("q", asked)
    assert run.check(questions, there.index.catalog) == []
    found, other = (run.evaluate(one, questions) for one in both)
    for one, same in zip(found, other, strict=True):
        assert (same.answer, same.right, same.units) == (one.answer, one.right, one.units)
        for leg, ranking in one.rankings.items():
            assert same.rankings[leg] == pytest.approx(ranking)
            if leg != "keyword":
                assert list(same.rankings[leg]) == list(ranking)


def test_what_it_was_built_from_is_the_same(both: tuple[Searcher, Searcher]) -> None:
    here, there = (one.index.manifest for one in both)
    own = {"built_at", "files", "efforts"}
    assert there.model_dump(exclude=own | {"seal"}) == here.model_dump(exclude=own | {"seal"})


def test_no_question_and_everything(both: tuple[Searcher, Searcher]) -> None:
    for searcher in both:
        assert searcher.ask_all([], 3) == []
        assert len(searcher.queries(["犬"], EVERYTHING)) == 1


def test_another_model_is_refused(both: tuple[Searcher, Searcher]) -> None:
    _, there = both
    assert isinstance(there.index, ClusterIndex)
    address = there.index.client.address
    with pytest.raises(ForeignIndex, match=r"x\.db: built with the model words, not other"):
        indexes.manifest_for(address, "other")
    with pytest.raises(ForeignIndex, match="vectors of 6 values, and the model words now gives 7"):
        indexes.open_current(address, "words", 7)
