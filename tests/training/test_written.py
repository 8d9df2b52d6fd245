"""The texts written for the training: their form, and what is made of them."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.documents import jsonl
from retrieval.evaluation import questions
from training import data, measuring, reranker, retriever, written
from training.data import Negative, Question, TrainingSet

TEXTS = [
    json.loads(line)
    for path in sorted(written.FOLDER.rglob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


@pytest.fixture
def known(tmp_path: Path) -> TrainingSet:
    """13 topics of two texts each, whose second sentence answers."""
    lines = [
        {
            "topic": f"話題{number}",
            "title": f"{side}{number}",
            "sentences": ["前置きです。", f"{side}は{number}に賛成です。", "以上です。"],
            "questions": [{"question": f"{side}は{number}をどう見ますか?", "sentence": 1}],
            "unanswered": [f"{side}は{number}をいつ知りましたか?"],
        }
        for number in range(13)
        for side in ("甲", "乙")
    ]
    for name, part in (("a", lines[:10]), ("b", lines[10:])):
        with (tmp_path / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in part)
    return written.read(tmp_path, seed=1)


def test_every_text_is_in_form() -> None:
    for text in TEXTS:
        assert set(text) == {"topic", "title", "sentences", "questions", "unanswered"}, text["title"]
        places = {asked["sentence"] for asked in text["questions"]}
        assert places <= set(range(len(text["sentences"]))), text["title"]
        assert (len(places) >= 4, len(text["questions"]), len(text["unanswered"])) == (True, 6, 2)
    # what has one title is one document
    assert len({(text["title"], text["topic"]) for text in TEXTS}) == len({text["title"] for text in TEXTS})


def test_topics_are_divided_and_every_sentence_stands_at_its_place(known: TrainingSet) -> None:
    assert (len(known.learnt), len(known.validated)) == (24, 2)
    held_out = {known.paragraphs[one.paragraph].topic for one in known.validated}
    assert not held_out & {known.paragraphs[one.paragraph].topic for one in known.learnt}
    first = known.paragraphs[0]
    assert [first.said(at, at) for at in range(3)] == ["前置きです。", "甲は0に賛成です。", "以上です。"]


@pytest.mark.parametrize("draw", [retriever._sentences, retriever._passages])
def test_a_batch_has_wrong_texts_and_questions_that_nothing_answers(
    known: TrainingSet, monkeypatch: pytest.MonkeyPatch, draw: retriever.Draw
) -> None:
    monkeypatch.setattr(retriever, "SENTENCES", 12)
    monkeypatch.setattr(retriever, "PASSAGES", 12)
    monkeypatch.setattr(retriever, "LENGTHS", (1,))  # a sentence
    monkeypatch.setattr(retriever.asking, "anew", lambda question, _: question)
    other = [[Negative(one.paragraph ^ 1, 1)] for one in known.learnt + known.validated]
    batch = draw(data.with_negatives(known, other), random.Random(1))
    assert len(batch) == 12
    for one in batch:
        assert one.right.rpartition("\n")[2].split("に")[0] == one.question.split("を")[0]
        assert len(one.wrong) >= 1
        assert one.right not in one.wrong
        assert one.unanswered == (one.question.replace("どう見ますか", "いつ知りましたか"),)


def test_nothing_answers_what_is_asked_on_a_text_that_does_not_say_it(
    known: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reranker.asking, "anew", lambda question, _: question)
    other = [[Negative(one.paragraph ^ 1, at) for at in range(3)] for one in known.learnt + known.validated]
    mined = data.with_negatives(known, other)
    drawn = reranker._unanswered(mined, mined.learnt[0], 4, random.Random(1))
    assert len(drawn) == 4
    assert {one.question for one in drawn} == set(known.paragraphs[mined.learnt[0].paragraph].unanswered)
    assert {one.answer for one in drawn} == {None}


def test_the_texts_are_documents_and_a_question_set(known: TrainingSet, tmp_path: Path) -> None:
    one = replace(known.paragraphs[0], title="長い文書")
    sections = (one, replace(one, unanswered=("When was it?", "Когда?")))
    asked = Question("どう見ますか?", 1, 1, ("甲は0に賛成です。",))
    measuring.write(TrainingSet(sections, (asked,), ()), tmp_path)
    documents = list(jsonl.read((tmp_path / "documents/texts.jsonl").read_bytes()))
    text = "前置きです。甲は0に賛成です。以上です。"
    assert [(id, content.text) for id, content in documents] == [("#長い文書", f"{text}\n\n{text}")]
    found = questions.load(tmp_path / "written.jsonl").questions
    assert [(one.lang, one.type, one.answers_by_document()) for one in found] == [
        ("ja", "answered", {"texts.jsonl#長い文書": (("甲は0に賛成です。",),)}),
        ("ja", "unanswered", {}),
        ("en", "unanswered", {}),
        ("ru", "unanswered", {}),
    ]
