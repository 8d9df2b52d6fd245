import pytest

from retrieval import Searcher
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.reading import filters
from retrieval.reading.filters import Choices


@pytest.fixture
def offered(searcher: Searcher) -> Choices:
    return filters.choices(searcher.index.catalog)


def test_what_there_is_to_choose_from(offered: Choices) -> None:
    assert [one.name for one in offered.sources] == ["cat.txt", "dog.md", "sub/bird.txt"]
    assert offered.publishers == ("動物社",)
    assert offered.months == ("2026-01",)


def test_a_link_there_and_back(offered: Choices) -> None:
    chosen = Selection(("dog.md", "cat.txt"), ("動物社",), "2025-11", "2026")
    link = filters.to_link(chosen)
    assert link == {
        "source": ["dog.md", "cat.txt"],
        "publisher": ["動物社"],
        "since": ["2025-11"],
        "until": ["2026"],
    }
    back = filters.of_link(offered, link["source"], link["publisher"], link["since"][0], link["until"][0])
    assert back == chosen
    assert filters.to_link(EVERYTHING) == {}


def test_what_the_index_does_not_have_is_passed_over(offered: Choices) -> None:
    assert filters.of_link(offered, ["*", "none.md"], ["x"], "yesterday", "2026-1") == EVERYTHING
    assert filters.of_link(offered, [], [], "2026-99", "2026-12-32") == EVERYTHING


def test_what_a_link_names_twice_counts_once(offered: Choices) -> None:
    assert filters.of_link(offered, ["dog.md", "dog.md"], [], "", "") == Selection(("dog.md",))


def test_what_was_passed_over_is_noticed() -> None:
    chosen = Selection(("dog.md",), (), "2025-11")
    assert filters.kept({"source": ["dog.md"], "since": ["2025-11"], "doc": ["cat.txt"]}, chosen)
    assert filters.kept({"source": [""]}, EVERYTHING)
    for part, value in (("source", "none.md"), ("publisher", "x"), ("since", "2025"), ("until", "soon")):
        assert not filters.kept({part: [value]}, chosen)
