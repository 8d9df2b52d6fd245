import re

from hypothesis import given
from hypothesis import strategies as st

from retrieval.cluster import tables
from retrieval.cluster.tables import number, of_share, share_of
from retrieval.passages import split
from tests.conftest import markdown_of


def test_rows_of_different_shares_never_have_one_number() -> None:
    assert number(1, 0) == 0
    assert number(2, 0) > number(1, 10**12)
    assert [share_of(number(share, 10**9)) for share in (1, 2, 9999)] == [1, 2, 9999]
    assert number(9999, 10**12) < 2**63
    assert of_share(2) == f"id >= {2**40} and id < {2 * 2**40}"


@given(st.text(min_size=1))
def test_a_term_is_spelt_so_that_no_analyser_cuts_it(term: str) -> None:
    assert re.fullmatch("[0-9a-v]{8}", tables.spelt(term))
    assert tables.spelt(term) == tables.spelt(term)


def test_a_bag_has_every_term_as_often_as_the_passage() -> None:
    once, twice = tables.spelt("猫"), tables.spelt("c++")
    assert tables.bag(["c++", "猫", "c++"]) == f"{twice} {once} {twice}"
    assert len(tables.bag(map(str, range(10_000))).encode()) <= 65_535


@given(st.text())
def test_pieces_together_are_the_text(data: str) -> None:
    assert "".join(tables.pieces(data)) == data


def test_no_piece_is_longer_than_a_field() -> None:
    cut = list(tables.pieces("😀" * 40_000))
    assert len(cut) == 3
    assert max(len(piece.encode()) for piece in cut) <= 65_535


def test_documents_and_passages_come_back() -> None:
    document = markdown_of("# 題\n\n文である[^1]。\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: 注。\n")
    assert tables.document(tables.of_document(document)) == document
    for one in split(document, 400):
        assert tables.passage(tables.of_passage(one)) == one
        assert tables.text_of(tables.of_passage(one)) == one.text
    assert tables.metadata(tables.of_metadata(document.metadata)) == document.metadata
