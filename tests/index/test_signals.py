"""Every leg's score of every candidate, against brute force."""

import numpy as np
import pytest

from retrieval import Searcher, Settings, build, script
from retrieval.index import signals
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.index.signals import Signals
from retrieval.terms import analyse

WORDS = "猫犬鳥魚"


def _kept(rows: np.ndarray) -> np.ndarray:
    return rows.astype(np.float16).astype(np.float32)


@pytest.fixture
def many(settings: Settings, words) -> Searcher:
    """60 documents of one to four passages, drawn at random but always the same."""
    rng = np.random.default_rng(1)
    for number in range(60):
        lines = [
            "。".join("".join(rng.choice(list(WORDS), 3)) for _ in range(rng.integers(1, 6)))
            for _ in range(rng.integers(1, 5))
        ]
        sections = [f"# {number}\n\n{line}\n" for number, line in enumerate(lines)]
        (settings.seeds / f"{number}.md").write_text("\n".join(sections), "utf-8")
    build(settings, words)
    return Searcher.open(settings.index, words)


def signals_of(searcher: Searcher, questions: list[str], selection: Selection = EVERYTHING) -> list[Signals]:
    return [query.signals for query in searcher.queries(questions, selection)]


def test_signals_agree_with_brute_force(many: Searcher, words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "DEPTH", 7)
    asked = ["猫猫犬", "魚", "鳥と犬"]
    queries = words.encode_queries(asked)
    passages = [one for _, one in many.index.catalog.numbered()]
    # every passage is in Japanese, and every sentence but the headings that are numbers
    usual = many.index.legs.passages.vectors.rows(np.arange(len(passages))).mean(axis=0)
    said = [one.said_at(s.span) for one in passages for s in one.sentences]
    usual_sentence = _kept(words.encode_queries([one for one in said if script.of(one) == 0])).mean(axis=0)
    for asked_, query, found in zip(asked, queries, signals_of(many, asked), strict=True):
        assert len(set(found.rows)) == len(found.rows)
        assert list(found.passage) == sorted(found.passage, reverse=True)
        keywords = many.index.legs.keywords
        keyword, coverage = keywords.measured(keywords.asked(analyse(asked_)), found.rows)
        np.testing.assert_array_equal(found.keyword, keyword)
        np.testing.assert_array_equal(found.coverage, coverage)
        for at, row in enumerate(found.rows):
            _, passage = many.index.catalog.passage(int(row))
            text = passage.text
            whole = (_kept(words.encode_queries([text]))[0] - usual) @ query
            assert found.passage[at] == pytest.approx(whole, abs=1e-6)
            own = [
                (_kept(words.encode_queries([passage.said_at(s.span)]))[0] - usual_sentence) @ query
                if s.quotable
                else -1
                for s in passage.sentences
            ]
            assert found.nearness[at, : len(own)] == pytest.approx(own, abs=1e-6)
            assert (found.nearness[at, len(own) :] == -1).all()
            assert found.sentence[at] == pytest.approx(max(own), abs=1e-6)
            assert own[found.nearest[at]] == pytest.approx(max(own), abs=1e-6)


def test_a_script_that_few_are_in_proposes_few(
    settings: Settings, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):  # every 12th in Latin letters: five
        text = "neko 猫" if number % 12 == 1 else "猫" * (number % 5 + 1)
        (settings.seeds / f"{number:02}.txt").write_text(f"{text}。", "utf-8")
    build(settings, words)
    searcher = Searcher.open(settings.index, words)
    latin = {n for n, one in searcher.index.catalog.numbered() if script.of(one.text) == 1}
    assert len(latin) == 5
    monkeypatch.setattr(signals, "DEPTH", 8)
    [found] = signals_of(searcher, ["犬"])  # which no passage has
    assert len(latin & set(found.rows.tolist())) == 2
    assert len(found.rows) >= 8 + 2
    # all of them, where a filter leaves no others
    names = frozenset(f"{number:02}.txt" for number in range(1, 60, 12))
    [found] = signals_of(searcher, ["犬"], Selection(documents=names))
    assert set(found.rows.tolist()) == latin


@pytest.mark.parametrize(
    ("own", "of_all", "expected"),
    [(3, 3, 100), (10, 100, 100), (9, 100, 25), (300, 10_000, 30), (90_000, 1_000_000, 100)],
)
def test_depth_by_hand(own: int, of_all: int, expected: int) -> None:
    assert signals.depth(own, of_all) == expected


def test_the_best_of_each_leg_are_candidates(many: Searcher, words, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = signals_of(many, ["猫猫犬"])[0]
    monkeypatch.setattr(signals, "DEPTH", 7)
    found = signals_of(many, ["猫猫犬"])[0]
    assert 7 <= len(found.rows) <= 21 < len(everything.rows)
    # ties aside, nothing better than the worst of a leg's first seven is missing
    for leg in signals.LEGS:
        best = np.sort(getattr(everything, leg))[::-1][:7]
        assert (np.sort(getattr(found, leg))[::-1][:7] >= best - 1e-6).all()
