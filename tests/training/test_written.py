"""The texts written for the training: their form, and what is made of them."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.documents import jsonl
from retrieval.evaluation import questions
from training import data, measuring, retriever, written
from training.data import Question, TrainingSet

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


def test_the_other_texts_of_a_topic_are_beside_a_question(known: TrainingSet) -> None:
    found = data.beside(known)
    for question in found.learnt + found.validated:
        other = question.paragraph ^ 1
        assert [(one.paragraph, one.sentence) for one in question.negatives] == [
            (other, at) for at in range(3)
        ]


@pytest.mark.parametrize("draw", [retriever._sentences, retriever._passages])
def test_a_batch_has_wrong_texts_and_questions_that_nothing_answers(
    known: TrainingSet, monkeypatch: pytest.MonkeyPatch, draw: retriever.Draw
) -> None:
    monkeypatch.setattr(retriever, "SENTENCES", 12)
    monkeypatch.setattr(retriever, "PASSAGES", 12)
    monkeypatch.setattr(retriever, "LENGTHS", (1,))  # a sentence
    monkeypatch.setattr(retriever.asking, "anew", lambda question, _: question)
    batch = draw(data.beside(known), random.Random(1))
    assert len(batch.questions) == len(batch.wrong) == 12
    assert [right.rpartition("\n")[2].split("に")[0] for right in batch.right] == [
        question.split("を")[0] for question in batch.questions
    ]
    assert not set(batch.right) & set(batch.wrong)
    assert batch.unanswered == [
        question.replace("どう見ますか", "いつ知りましたか") for question in batch.questions
    ]


def test_the_texts_are_documents_and_a_question_set(known: TrainingSet, tmp_path: Path) -> None:
    one = replace(known.paragraphs[0], title="長い文書")
    sections = (one, replace(one, unanswered=("When was it?", "Когда?")))
    asked = Question("どう見ますか?", 1, 1, ("甲は0に賛成です。",))
    measuring.write(TrainingSet(sections, (asked,), ()), tmp_path)
    documents = list(jsonl.read((tmp_path / "documents/texts.jsonl").read_bytes()))
    text = "前置きです。甲は0に賛成です。以上です。"
    assert [(id, content.text) for id, content in documents] == [("#長い文書", f"{text}\n\n{text}")]
    found = questions.load(tmp_path / "questions.jsonl").questions
    assert [(one.lang, one.type, one.answers_by_document()) for one in found] == [
        ("ja", "answered", {"texts.jsonl#長い文書": (("甲は0に賛成です。",),)}),
        ("ja", "unanswered", {}),
        ("en", "unanswered", {}),
        ("ru", "unanswered", {}),
    ]
