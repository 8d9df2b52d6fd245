import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import Answer, Searcher, Settings, build
from retrieval.errors import UsageError
from retrieval.index.selection import Selection
from retrieval.reranker import Manner, Reading, nowhere
from retrieval.search import confidence, small_talk
from retrieval.search.confidence import Evidence
from retrieval.search.fuse import COVERAGE, PASSAGE, SENTENCE
from retrieval.search.searcher import USUAL_PASSAGE, USUAL_SENTENCE
from retrieval.search.small_talk import SmallTalk
from retrieval.wording import Excerpt
from tests.conftest import WordEncoder

# 鳥は (0, 0, 1, 0, 1) / sqrt 2. Its products with the passages of cat.txt, (1, 1, 0, 0, 1) / sqrt 3, of
# dog.md, whose title makes it (0, 4, 0, 0, 1) / sqrt 17, and of bird.txt, (0, 0, 2, 0, 1) / sqrt 5:
PASSAGES = 1 / math.sqrt(6), 1 / math.sqrt(34), 3 / math.sqrt(10)
# and with their sentences, headings included: 動物の話, two on cats and dogs; three on dogs; two on birds
SENTENCES = 1 / math.sqrt(2), *5 * [1 / 2], *2 * [1.0]

LONGER = "鳥はどこの空を飛んでいるのか"  # has the same vector, and is more than a word or two
FLOAT16 = 1e-3  # what vectors that are kept so may change of a score


def test_the_nearest_passage_comes_first_with_its_score(searcher: Searcher) -> None:
    answer = searcher.ask("鳥は?", k=2)
    assert answer.hits[0].passage.document == "sub/bird.txt"
    assert [hit.rank for hit in answer.hits] == [1, 2]
    # of the question's terms 鳥, _鳥 and _鳥は the passage has two, which one passage of three has
    known, unknown = math.log(8 / 3), math.log(8)
    # a vector counts by how much it is nearer than those of its script are on average
    vectors = PASSAGE * (PASSAGES[2] - sum(PASSAGES) / 3) + SENTENCE * (1 - sum(SENTENCES) / 8)
    keywords = COVERAGE * 2 * known / (2 * known + unknown)
    assert answer.hits[0].score == pytest.approx(vectors + keywords, abs=FLOAT16)


def test_the_quote_is_the_nearest_sentence_and_no_heading(searcher: Searcher) -> None:
    quote = searcher.ask("犬", k=1).hits[0].quote
    text = searcher.index.catalog.document("dog.md").text  # type: ignore[union-attr]
    assert quote.text == text[quote.start : quote.end] == "犬がいる。"
    # cat.txt: 猫がいる。 has the word, 動物の話 and 犬はいない。 have not
    assert searcher.ask("猫", k=1).hits[0].quote.text == "猫がいる。"


def test_source_and_place_come_with_the_passage(searcher: Searcher) -> None:
    found = searcher.ask("犬", k=1).to_json("q1")
    assert list(found) == ["id", "question", "answered", "confidence", "passages"]
    [passage] = found["passages"]  # type: ignore[misc]
    assert list(passage) == [
        "rank", "score", "confidence", "document", "title", "publisher", "date", "section", "page",
        "lines", "start", "end", "text", "quote",
    ]  # fmt: skip
    assert passage["title"] == "犬の記録"
    assert passage["publisher"] == "動物社"
    assert passage["date"] == "2026-01-19"
    assert passage["section"] == ["犬"]
    assert passage["lines"] == [6, 8]
    assert passage["page"] is None


def test_more_passages_than_there_are(searcher: Searcher) -> None:
    assert len(searcher.ask("犬", k=50).hits) == 3


def test_together_as_one_by_one(searcher: Searcher) -> None:
    asked = ["犬", "猫", "鳥と魚"]
    assert searcher.ask_all(asked, 3) == [searcher.ask(one, 3) for one in asked]
    assert searcher.ask_all([], 3) == []


@pytest.mark.parametrize("blank", ["", "  ", "\n　", "?", "→ … 。", "🇷🇺🔥"])
def test_a_question_without_words_is_refused(searcher: Searcher, blank: str) -> None:
    with pytest.raises(UsageError, match="no words"):
        searcher.ask(blank, 3)


def test_the_evidence_is_what_the_search_knows(searcher: Searcher) -> None:
    first, second = searcher.ask(LONGER, k=2).hits
    assert first.evidence.closeness == pytest.approx(1, abs=FLOAT16)
    assert first.evidence.usual == pytest.approx(sum(SENTENCES) / 8, abs=FLOAT16)
    # with few candidates there is no rest, and it is as usual
    assert first.evidence.rest_sentence == pytest.approx(USUAL_SENTENCE)
    assert first.evidence.rest_passage == USUAL_PASSAGE == 0
    assert first.evidence.first == 1
    assert second.evidence.first == 0
    assert (first.evidence.brief, first.evidence.brief_closeness, first.evidence.brief_coverage) == (0, 0, 0)


def test_of_a_word_the_evidence_is_how_near_it_is_and_whether_it_is_there(searcher: Searcher) -> None:
    first, second = (hit.evidence for hit in searcher.ask("鳥", k=2).hits)
    assert first == Evidence(brief=1, brief_closeness=pytest.approx(1, abs=FLOAT16), brief_coverage=1)
    assert (second.brief, second.brief_coverage) == (1, 0)


class Odds:
    """A reranker that has fixed odds for the passages it reads, the best first, and points nowhere."""

    name, manner = "odds", Manner(depth=2, reach=400, weight=0)

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        return Reading(np.array([1.5, -2], np.float32), nowhere(excerpts))


@pytest.mark.parametrize("question", ["鳥", LONGER])
def test_the_odds_are_evidence_for_words_and_sentences_alike(searcher: Searcher, question: str) -> None:
    asked = Searcher(searcher.index, searcher._encoder, Odds())
    found = [(hit.evidence.odds, hit.evidence.best_odds) for hit in asked.ask(question, k=3).hits]
    assert found == [(1.5, 1.5), (-2, 1.5), (-2, 1.5)]


def test_a_word_of_another_script_is_not_missed_where_it_does_not_stand(
    settings: Settings, words, seeds: Path
) -> None:
    (seeds / "nato.txt").write_text("NATOの鳥がいる。", encoding="utf-8")
    build(settings, words)
    searcher = Searcher.open(settings.index, words)
    brief = {hit.passage.document: hit.evidence.brief for hit in searcher.ask("NATO", 9).hits}
    assert brief == {"nato.txt": 1, "cat.txt": 0, "dog.md": 0, "sub/bird.txt": 0}
    assert {hit.evidence.brief for hit in searcher.ask("Vögel", 9).hits} == {0}
    assert {hit.evidence.brief for hit in searcher.ask("魚", 9).hits} == {1}
    # but a number has none that could stand there
    assert {hit.evidence.brief for hit in searcher.ask("2031", 9).hits} == {1}


def test_small_talk_is_evidence_against_a_sentence_and_a_word_that_does_not_stand_there(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = searcher.ask(LONGER, 1).confidence
    # of the values of a question's vector the third says how much of it is 鳥: 1 / sqrt(2)
    model = SmallTalk(fitted_by="hand", intercept=0, weights=(0, 0, math.sqrt(2), 0, 0, 0))
    monkeypatch.setattr(small_talk, "fitted", {"words": model}.get)
    talked = Searcher(searcher.index, WordEncoder())
    share = 1 / (1 + math.exp(-1))
    [hit] = talked.ask(LONGER, 1).hits
    assert hit.evidence.small_talk == pytest.approx(share)
    assert hit.confidence == pytest.approx(before * (1 - share))
    words = talked.ask("鳥", 3)
    assert words.small_talk == pytest.approx(share)
    by_document = {hit.passage.document: hit.evidence.small_talk for hit in words.hits}
    assert by_document == {"sub/bird.txt": 0, "cat.txt": words.small_talk, "dog.md": words.small_talk}


def test_the_rest_is_drawn_to_what_is_usual(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.search.searcher.SHOWN", 1)
    [hit] = searcher.ask(LONGER, k=1).hits
    # two are left, both sentences at 1/2, and what counts as two
    sentences = 1 / 2 - sum(SENTENCES) / 8
    assert hit.evidence.rest_sentence == pytest.approx((sentences + USUAL_SENTENCE) / 2, abs=FLOAT16)
    passages = sum(PASSAGES[:2]) / 2 - sum(PASSAGES) / 3
    assert hit.evidence.rest_passage == pytest.approx((passages + USUAL_PASSAGE) / 2, abs=FLOAT16)


def test_answered_when_the_best_confidence_reaches_the_threshold(searcher: Searcher) -> None:
    answer = searcher.ask("犬", k=3)
    assert answer.confidence == max(hit.confidence for hit in answer.hits)
    assert answer.answered == (answer.confidence >= confidence.fitted().threshold)


@pytest.fixture
def sources(settings: Settings, words) -> Searcher:
    """Three documents: two that say the same, and one that says the same thing in many places."""
    same = "犬と猫が同じ庭にいて、鳥が木の上からそれを見ている、と動物園の記録は伝えている。"
    for name in ("a.txt", "b.txt"):
        (settings.seeds / name).write_text(f"題名\n{same}", encoding="utf-8")
    long = "".join(f"第{n}の庭では魚が泳いでいて、それを見に来る人は多い。" for n in range(12))
    (settings.seeds / "long.txt").write_text(long, encoding="utf-8")
    build(settings.model_copy(update={"passage_size": 100}), words)
    return Searcher.open(settings.index, words)


def test_what_two_documents_say_is_shown_once_and_both_are_named(sources: Searcher) -> None:
    hits = sources.ask("犬と猫と鳥", 10).hits
    [shown] = [hit for hit in hits if hit.passage.document in ("a.txt", "b.txt")]
    [(source, twin)] = shown.twins
    assert {shown.passage.document, twin.document} == {"a.txt", "b.txt"}
    assert source.title == "題名"
    [passage] = [one for one in Answer("", True, 1, hits).to_json()["passages"] if "also" in one]  # type: ignore[attr-defined]
    assert passage["also"] == [{"document": twin.document, "title": "題名", "lines": [1, 2]}]


def test_no_two_passages_are_quoted_with_the_same_sentence(sources: Searcher) -> None:
    hits = sources.ask("魚", 10).hits
    assert len({(hit.passage.document, hit.quote.start) for hit in hits}) == len(hits)


def test_a_source_gives_no_more_than_its_share(sources: Searcher) -> None:
    hits = sources.ask("魚", 10).hits
    assert sum(hit.passage.document == "long.txt" for hit in hits) > 1
    for share in (1, 2):
        limited = sources.ask("魚", 10, per_source=share).hits
        names = [hit.passage.document for hit in limited]
        assert max(map(names.count, names)) == share
        assert names[0] == "long.txt"
        assert [hit.rank for hit in limited] == list(range(1, len(limited) + 1))


def test_a_selection_restricts_before_the_ranking(sources: Searcher) -> None:
    hits = sources.ask("魚", 3, Selection(documents=("cat.txt",))).hits
    assert [hit.passage.document for hit in hits] == ["cat.txt"]
    with pytest.raises(UsageError, match="the filters leave no passage"):
        sources.ask("魚", 3, Selection(documents=("nowhere",)))
