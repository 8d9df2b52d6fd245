import pytest

from retrieval.documents import Metadata
from retrieval.index.catalog import Holding
from retrieval.reading import holdings

A = Holding("a.md", Metadata("犬の記録", publisher="動物社", date="2026-01"), 10, 1, 2)
B = Holding("b.md", Metadata("猫の記録", date="2026-01-19"), 30, 3, 0)
C = Holding("c.md", Metadata("鳥のNEWS"), 20, 2, 0)


@pytest.mark.parametrize(
    ("order", "names"), [("name", "abc"), ("date", "bac"), ("size", "bca"), ("flawed", "abc")]
)
def test_orders(order: str, names: str) -> None:
    assert [one.name[0] for one in holdings.chosen([C, A, B], "", order)] == list(names)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [("記録", "ab"), ("動物社 犬", "a"), ("ｎｅｗｓ", "c"), ("B.md", "b"), ("犬 猫", ""), ("2026-01", "ab")],
)
def test_searching(wanted: str, names: str) -> None:
    assert [one.name[0] for one in holdings.chosen([A, B, C], wanted, "name")] == list(names)
