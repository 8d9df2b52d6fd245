import numpy as np
import pytest

from retrieval.index.vectors import Vectors


@pytest.mark.parametrize(("n", "k"), [(1, 1), (1, 5), (7, 3), (100, 100), (257, 10)])
def test_search_agrees_with_brute_force(n: int, k: int) -> None:
    rng = np.random.default_rng(n)
    rows = rng.standard_normal((n, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    queries = rows[:3] if n > 3 else rows
    rows = rows.astype(np.float16)
    vectors = Vectors(rows)
    found = vectors.search(queries, k, vectors.allowed(np.ones(n, np.bool_)))
    exact = queries @ rows.astype(np.float32).T
    order = np.argsort(-exact, axis=1)[:, :k]
    np.testing.assert_array_equal(found, order)


def test_what_is_kept_is_kept_the_same_again() -> None:
    rows = np.array([[1 / 3, 2**0.5 / 3, 6**0.5 / 3], [0, 0.6, 0.8]], np.float16)
    vectors = Vectors(rows)
    np.testing.assert_array_equal(vectors.all_rows, rows)
    np.testing.assert_array_equal(vectors.rows(np.array([1, 0])), rows[[1, 0]])


def test_only_allowed_rows_are_found() -> None:
    rows = np.eye(9, dtype=np.float16)
    allowed = np.arange(9) % 4 == 0
    vectors = Vectors(rows)
    found = vectors.search(rows[:2].astype(np.float32), 5, vectors.allowed(allowed))
    assert np.sort(found).tolist() == [[0, 4, 8], [0, 4, 8]]


def test_nothing_allowed_nothing_found() -> None:
    vectors = Vectors(np.eye(3, dtype=np.float16))
    rows = vectors.search(np.eye(3, dtype=np.float32)[:2], 5, vectors.allowed(np.zeros(3, np.bool_)))
    assert rows.shape == (2, 0)
