"""A graph finds what comparing with every row finds, whatever is allowed, and however often rows repeat."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import Answer, Searcher, Settings, build
from retrieval.errors import DamagedIndex
from retrieval.index import arrays, generation, graph, making
from retrieval.index.graph import Graph, Groups
from retrieval.index.selection import Selection
from retrieval.index.vectors import Vectors

DEPTH = 20
KEYS = np.array([[5, 0], [1, 0], [5, 0], [5, 1], [1, 0]], np.uint64)


def test_rows_with_the_same_key_are_one_group() -> None:
    groups = Groups.by(KEYS)
    assert len(groups) == 3
    assert groups.firsts().tolist() == [0, 1, 3]
    assert groups.of(np.array([2, 0, 1])).tolist() == [3, 0, 2, 1, 4]
    assert groups.holding(np.array([4, 3, 0])).tolist() == [1, 2, 0]
    assert groups.having(np.array([False, False, True, False, False])).tolist() == [True, False, False]


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float16]:
    """3,000 of 1,500 vectors, the first of them 1,000 times."""
    rng = np.random.default_rng(1)
    drawn = rng.standard_normal((1500, 16)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    again = np.concatenate([np.arange(1500), np.zeros(1000, int), rng.integers(0, 1500, 500)])
    return drawn[rng.permutation(again)].astype(np.float16)


@pytest.fixture(scope="module")
def queries() -> NDArray[np.float32]:
    drawn = np.random.default_rng(2).standard_normal((40, 16)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def made(rows: NDArray[np.float16], queries: NDArray[np.float32]) -> Graph:
    keys = np.unique(rows, axis=0, return_inverse=True)[1].astype(np.uint64)
    found = Graph.over(rows, Groups.by(np.stack([keys, keys], axis=1)), queries, DEPTH, lambda _: None)
    assert found is not None
    return found


@pytest.mark.parametrize("share", [1.0, 0.6, 0.1, 0.01])
def test_what_is_found_is_nearly_what_is_nearest(
    made: Graph, rows: NDArray[np.float16], queries: NDArray[np.float32], share: float
) -> None:
    which = np.random.default_rng(3).random(len(rows)) < share
    vectors = Vectors(rows, made)
    found = vectors.search(queries, DEPTH, vectors.allowed(which))
    assert found.shape == (len(queries), min(DEPTH, which.sum()))
    assert which[found].all()
    exact = queries @ rows.astype(np.float32).T
    for own, scores in zip(found, exact, strict=True):
        assert len(set(own.tolist())) == len(own)
        # rows of 8 bits a value are not quite those of 16
        best = np.sort(scores[which])[::-1][: len(own)]
        assert np.abs(np.sort(scores[own])[::-1] - best).max() < 0.03


def test_through_a_file_and_back(
    made: Graph, rows: NDArray[np.float16], queries: NDArray[np.float32], tmp_path: Path
) -> None:
    with (tmp_path / "g").open("wb") as file:
        made.write(file.write)
    (tmp_path / "a").write_bytes(b"".join(arrays.pieces(made._groups.arrays())))
    groups = Groups.mapped(arrays.mapped(tmp_path / "a"))
    before, again = Vectors(rows, made), Vectors(rows, Graph.mapped(tmp_path / "g", made.effort, groups))
    every = again.allowed(np.ones(len(rows), np.bool_))
    numbers = np.array([2999, 0, 7, 0])
    np.testing.assert_array_equal(again.rows(numbers), before.rows(numbers))
    np.testing.assert_allclose(again.rows(numbers), rows[numbers], atol=0.005)
    of_faiss = made._storage.reconstruct_batch(made._groups.holding(numbers).astype(np.int64))
    np.testing.assert_allclose(again.rows(numbers), of_faiss, atol=1e-6)
    assert again.rows(numbers).dtype == np.float32
    np.testing.assert_array_equal(again.search(queries, DEPTH, every), before.search(queries, DEPTH, every))


def test_a_graph_that_misses_what_is_near_is_not_used(
    rows: NDArray[np.float16], queries: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "RECALL", 1.01)
    own = np.arange(len(rows), dtype=np.uint64)
    groups = Groups.by(np.stack([own, own], axis=1))
    assert Graph.over(rows, groups, queries, DEPTH, lambda _: None) is None


def alike(answer: Answer, other: Answer) -> bool:
    """Whether both have the same passages and quotes, with scores that differ by no more than 8 bits do."""
    found = [[(hit.passage, hit.quote, hit.score) for hit in one.hits] for one in (answer, other)]
    return all(
        own[:2] == exact[:2] and abs(own[2] - exact[2]) < 0.005 for own, exact in zip(*found, strict=True)
    )


def test_an_index_with_graphs_answers_as_one_without(
    settings: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        text = "".join(f"{'猫' * (number % 5)}{'犬' * (number % 7)}が{number}いる。" for _ in range(2))
        (settings.seeds / f"{number}.txt").write_text(text, "utf-8")
    build(settings, words)
    plain = Searcher.open(settings.index, words)
    large = settings.model_copy(update={"index": settings.index.with_name("large")})
    monkeypatch.setattr(making, "WORTH", 10)
    seen: list[making.Progress] = []
    build(large, words, seen.append)
    searcher = Searcher.open(large.index, words)
    led: list[int] = []
    really = Graph._led_to
    monkeypatch.setattr(Graph, "_led_to", lambda *given: led.append(given[-1]) or really(*given))
    assert set(searcher.index.manifest.efforts) == set(generation.GRAPHS)
    linked = [one for one in seen if one.stage == "link"]
    assert linked[-1].done == linked[-1].total > 40
    for question in ("猫", "犬が3いる", "鳥"):
        assert alike(searcher.ask(question, 5), plain.ask(question, 5))
    assert led
    # where a filter leaves a part of the nodes, a search goes so much further
    half = Selection(documents=("1*.txt", "2*.txt"))
    assert alike(searcher.ask("犬", 5, half), plain.ask("犬", 5, half))
    assert max(led) > max(searcher.index.manifest.efforts.values())
    for name in generation.GRAPHS:
        path = large.index / generation.current(large.index) / name
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(DamagedIndex, match=name):
            generation.open_current(large.index, "words")
        build(large, words)
