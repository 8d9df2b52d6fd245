from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build
from retrieval.errors import UsageError
from retrieval.index.selection import Selection
from retrieval.reading import findings
from retrieval.search import confidence, fuse
from retrieval.search.confidence import Confidence


@pytest.fixture(autouse=True)
def _by_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """P is above the threshold where the passage has more than 0.6 of the question's terms."""
    ranked = fuse.ranked
    monkeypatch.setattr(fuse, "ranked", lambda found: replace(ranked(found), odds=10 * found.coverage))
    weights = dict.fromkeys(confidence.EVIDENCE, 0.0) | {"odds": 1.0}
    fitted = Confidence(fitted_by="hand", intercept=-6, weights=weights, threshold=0.5)
    monkeypatch.setattr(confidence, "fitted", lambda _: fitted)


def test_each_source_says_what_it_has_or_that_it_has_nothing(searcher: Searcher) -> None:
    found = findings.find(searcher, "犬", 5)
    assert found.answer.answered
    # cat.txt has 犬はいない。; bird.txt has no dog at all
    assert {one.source.name for one in found.by_source} == {"dog.md", "cat.txt"}
    assert [one.name for one in found.nothing] == ["sub/bird.txt"]
    for one in found.by_source:
        assert all(hit.passage.document == one.source.name for hit in one.hits)
        assert one.source.metadata == one.hits[0].source


def test_the_answer_is_the_one_that_asking_gives(searcher: Searcher) -> None:
    assert findings.find(searcher, "犬と猫", 2).answer == searcher.ask("犬と猫", 2)


def test_in_the_order_of_time_the_undated_come_last(searcher: Searcher) -> None:
    dates = [hit.source.date for hit in findings.find(searcher, "犬", 5).by_time()]
    assert dates == ["2026-01-19", None, None]


def test_a_source_outside_of_the_filters_is_not_said_to_have_nothing(searcher: Searcher) -> None:
    found = findings.find(searcher, "犬", 5, Selection(documents=("dog.md",)))
    assert [one.source.name for one in found.by_source] == ["dog.md"]
    assert found.nothing == ()
    with pytest.raises(UsageError, match="filters"):
        findings.find(searcher, "犬", 5, Selection(documents=("none.md",)))


def test_a_source_that_carries_the_same_text_is_a_twin_and_has_not_nothing(
    settings: Settings, words, seeds: Path
) -> None:
    text = "題\n\n魚が川を泳ぎ、山の鳥がそれを見て、長い冬のあいだ待っている。\n"
    (seeds / "one.txt").write_text(text, encoding="utf-8")
    (seeds / "two.txt").write_text(text, encoding="utf-8")
    build(settings, words)
    found = findings.find(Searcher.open(settings.index, words), "魚が川を泳ぎ", 5)
    named = {one.source.name for one in found.by_source}
    assert len(named & {"one.txt", "two.txt"}) == 1
    assert not {"one.txt", "two.txt"} & {one.name for one in found.nothing}


def test_the_notes_of_a_passage_are_read_from_its_document(settings: Settings, words, seeds: Path) -> None:
    (seeds / "note.md").write_text("# 魚\n\n魚がいる。[^1]\n\n[^1]: 魚の本、12頁。\n", encoding="utf-8")
    build(settings, words)
    found = findings.find(Searcher.open(settings.index, words), "魚がいる", 5)
    [hit] = [one for one in found.answer.hits if one.quote.text.startswith("魚がいる")]
    assert found.notes_of(hit) == ("[^1]: 魚の本、12頁。",)


def test_of_many_sources_none_is_wrongly_said_to_have_nothing(settings: Settings, words, seeds: Path) -> None:
    for number in range(60):
        (seeds / f"{number}.txt").write_text(f"題{number}\n犬が{number}匹いる。犬が走る。", "utf-8")
    build(settings, words)
    found = findings.find(Searcher.open(settings.index, words), "犬", 5)
    assert len(found.by_source) == 62
    assert [one.name for one in found.nothing] == ["sub/bird.txt"]
