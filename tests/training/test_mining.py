"""What the two legs find for a question, and what of it is wrong."""

from dataclasses import replace
from pathlib import Path

from retrieval import sentences
from tests.conftest import WordEncoder
from training import data, mining
from training.data import Negative, Paragraph, Question, TrainingSet

TEXTS = (
    "猫は庭で眠る。犬は走る。",  # the question's own: 0 answers
    "猫と猫は屋根で眠る。",  # near by both legs
    "庭に鳥がいる。魚は泳ぐ。",  # 庭 is said, 猫 is not
    "夜の猫は庭で眠るという。",  # says the answer, too
)


def _known() -> TrainingSet:
    paragraphs = tuple(
        Paragraph(str(number), "", text, tuple(sentences.split(text, 0, len(text))))
        for number, text in enumerate(TEXTS)
    )
    return TrainingSet(paragraphs, (Question("猫はどこで眠る？", 0, 0, ("庭で",)),), ())


def test_negatives_come_of_both_legs_in_turn_and_answer_nothing(words: WordEncoder, tmp_path: Path) -> None:
    [question] = mining.mine(_known(), words, tmp_path).learnt
    assert question.negatives[0] == Negative(1, 0)
    assert set(question.negatives) <= {Negative(1, 0), Negative(2, 0), Negative(2, 1)}
    assert len(set(question.negatives)) == len(question.negatives)


def test_what_was_found_is_kept(words: WordEncoder, tmp_path: Path) -> None:
    found = mining.mine(_known(), words, tmp_path)
    by_terms, by_vectors = sorted(tmp_path.iterdir())
    assert by_terms.name.startswith("keywords-")
    assert by_vectors.name.startswith("nearest-words-")
    by_terms.write_text("[]\n", encoding="utf-8")
    by_vectors.write_text("[3]\n", encoding="utf-8")
    # the sentence of that number: those of the first text are two
    assert mining.mine(_known(), words, tmp_path).learnt[0].negatives == (Negative(2, 0),)
    assert found.learnt[0].negatives != (Negative(2, 0),)


def test_what_was_found_for_other_questions_is_not_taken(words: WordEncoder, tmp_path: Path) -> None:
    mining.mine(_known(), words, tmp_path)
    other = replace(_known(), learnt=(Question("鳥はどこにいる？", 2, 0, ("庭に",)),))
    assert mining.mine(other, words, tmp_path / "new") == mining.mine(other, words, tmp_path)


def test_legs_take_turns() -> None:
    one, two, three = (Negative(0, at) for at in range(3))
    assert mining._in_turn([[one, two], [three, one]]) == [one, three, two]
    assert mining._in_turn([[], [two]]) == [two]
    assert data.with_negatives(_known(), [[one]]).learnt[0].negatives == (one,)
