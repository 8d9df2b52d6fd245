from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import arrays
from retrieval.index.bitmaps import Bitmaps

SIZE = 200  # three words and a part of one
LISTS = st.lists(st.sets(st.integers(0, SIZE - 1)), min_size=1, max_size=4)


@given(LISTS, st.lists(st.integers(0, SIZE - 1)))
def test_places_agree_with_a_search(lists: list[set[int]], asked: list[int]) -> None:
    sorted_lists = [np.array(sorted(one), np.int32) for one in lists]
    made = Bitmaps.of(sorted_lists, SIZE)
    assert [made.numbers(at).tolist() for at in range(len(lists))] == [sorted(one) for one in lists]
    there, at = made.places(np.arange(len(lists)), np.array(asked, np.int64))
    assert there.shape == at.shape == (len(lists), len(asked))
    for own, own_there, own_at in zip(sorted_lists, there, at, strict=True):
        assert own_there.tolist() == [number in own for number in asked]
        np.testing.assert_array_equal(own_at, own.searchsorted(asked))


def test_by_hand_and_through_a_file(tmp_path: Path) -> None:
    lists = [np.array([0, 63, 64, 65], np.int32), np.array([], np.int32), np.array([1, 64], np.int32)]
    made = Bitmaps.of(lists, 66)
    (tmp_path / "b").write_bytes(b"".join(arrays.pieces(made.arrays())))
    there, at = Bitmaps.mapped(arrays.mapped(tmp_path / "b")).places(np.array([2, 0]), np.array([64, 0, 65]))
    assert there.tolist() == [[True, False, False], [True, True, True]]
    assert at.tolist() == [[1, 0, 2], [2, 0, 3]]


def test_no_lists_and_no_numbers() -> None:
    for lists in ([], [np.array([], np.int32)]):
        there, at = Bitmaps.of(lists, 0).places(np.arange(len(lists)), np.empty(0, np.int64))
        assert there.shape == at.shape == (len(lists), 0)
