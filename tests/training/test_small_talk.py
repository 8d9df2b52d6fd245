"""What is learnt from, and that it is learnt; the lists that ship."""

import json
import logging

import pytest

from retrieval.settings import PROJECT
from tests.conftest import WordEncoder
from training import data, small_talk
from training.small_talk import FOLDER, LANGUAGES, Typed

LISTS = {name: small_talk._lines(FOLDER / f"{name}.txt") for name in (*LANGUAGES, "asked")}


def test_lists_questions_and_words_are_read(known: data.TrainingSet) -> None:
    found = small_talk.read(FOLDER, [known], seed=1)
    assert set(found.talk) >= {line for name in LANGUAGES for line in LISTS[name]}
    assert len(found.talk) == sum(len(LISTS[name]) for name in LANGUAGES) + 120  # keys held down
    # the nouns of the paragraph that all 25 articles have
    assert set(found.asked) == {*LISTS["asked"], "市長は誰ですか?", "市長", "田中"}
    assert found == small_talk.read(FOLDER, [known], seed=1)
    assert found != small_talk.read(FOLDER, [known], seed=2)


def test_words_side_by_side_are_asked_where_one_of_them_tells_something() -> None:
    assert list(small_talk._runs("Who pays for the rail link?")) == []
    assert list(small_talk._runs("Who signed it?")) == ["signed", "Who signed", "signed it", "Who signed it"]


def test_what_tells_them_apart_is_learnt(caplog: pytest.LogCaptureFixture) -> None:
    talk, asked = ("猫" * (number % 5 + 1) for number in range(40)), ("犬" * (n % 5 + 1) for n in range(60))
    with caplog.at_level(logging.INFO, "training"):
        found = small_talk.fitted(Typed(tuple(talk), tuple(asked)), WordEncoder(), "hand")
    assert found.fitted_by == "hand"
    told = found.of(WordEncoder().encode_queries(["猫猫猫", "犬犬犬"]))
    assert told[0] > 0.9
    assert told[1] < 0.1
    assert [record.getMessage() for record in caplog.records] == [
        "small talk: of 4, taken for small talk 1.000",
        "asked: of 6, taken for small talk 0.000",
    ]


def test_nothing_is_learnt_from_that_it_is_measured_with() -> None:
    measured = (PROJECT / "tests" / "questions" / "small-talk.jsonl").read_text("utf-8").splitlines()
    asked = {json.loads(line)["question"].casefold().rstrip("?？") for line in measured}
    for lines in LISTS.values():
        assert len(set(lines)) == len(lines)
        assert all(line == line.strip() != "" for line in lines)
        assert asked.isdisjoint(line.casefold().rstrip("?？") for line in lines)
