import pytest

from retrieval import Searcher
from retrieval.errors import UsageError
from retrieval.index.catalog import Catalog
from retrieval.reading import places


@pytest.fixture
def catalog(searcher: Searcher) -> Catalog:
    return searcher.index.catalog


def test_every_passage_is_found_at_its_own_place_and_between_its_neighbours(catalog: Catalog) -> None:
    for name in catalog.names():
        own = list(catalog.passages(name))
        for number, passage in enumerate(own, start=1):
            place = places.find(catalog, name, passage.start, passage.sentences[-1].span.start)
            assert (place.passage, place.number, place.count) == (passage, number, len(own))
            assert place.sentence == passage.sentences[-1].span
            assert place.document.text[passage.start : passage.end] == passage.text
            assert place.before == (own[number - 2].start if number > 1 else None)
            assert place.after == (own[number].start if number < len(own) else None)


def test_a_character_inside_of_a_passage_finds_it(catalog: Catalog) -> None:
    [passage] = catalog.passages("cat.txt")
    place = places.find(catalog, "cat.txt", passage.end - 1)
    assert place.passage == passage
    assert place.sentence == passage.sentences[0].span


@pytest.mark.parametrize(("name", "at"), [("none.txt", 0), ("cat.txt", -1), ("cat.txt", 10_000)])
def test_what_is_not_there(catalog: Catalog, name: str, at: int) -> None:
    with pytest.raises(UsageError, match=name):
        places.find(catalog, name, at)


def test_links() -> None:
    assert places.of_link(**places.to_link("a b.md", 120, 150)) == ("a b.md", 120, 150)
    assert places.of_link("a.md", "120") == ("a.md", 120, None)
    for at in ("", "-1", "1-", "x", "٣", "1" * 13):
        with pytest.raises(UsageError, match="not a place"):
            places.of_link("a.md", at)
