from dataclasses import replace

import numpy as np
import pytest

from retrieval import Searcher
from retrieval.errors import UsageError
from retrieval.evaluation import Question, QuestionSet, run
from retrieval.evaluation.run import Asked


def test_a_right_passage_counts_as_its_document_and_a_wrong_one_as_itself(asked: list[Asked]) -> None:
    a, b, c, d = asked
    assert a.units == {"dog.md"}
    assert next(iter(a.rankings["fused"])) == "dog.md"
    assert a.rank == 1
    assert [one.text for one in a.right] == ["# 犬\n\n犬がいる。犬が走る。"]
    # the bird's passage comes first and is wrong
    assert next(iter(b.rankings["fused"])) == "sub/bird.txt:0-9"
    assert b.rank in (2, 3)
    assert c.units == {"cat.txt", "sub/bird.txt"}
    assert set(list(c.rankings["fused"])[:2]) == c.units
    assert d.units == frozenset()
    assert d.rank is None


def test_every_leg_has_a_ranking(asked: list[Asked]) -> None:
    for one in asked:
        assert tuple(one.rankings) == ("fused", "passage", "sentence", "keyword")
        assert all(len(ranking) == 3 for ranking in one.rankings.values())


def test_documents_rank_by_their_best_passage(searcher: Searcher, questions: QuestionSet) -> None:
    by_document = run.evaluate(searcher, replace(questions, unit="document"))
    assert set(by_document[1].rankings["fused"]) == {"cat.txt", "dog.md", "sub/bird.txt"}


def test_a_question_can_be_asked_without_what_answers_it(searcher: Searcher, questions: QuestionSet) -> None:
    assert questions.with_unanswerable() is questions  # it has one of its own
    answered = replace(questions, questions=questions.questions[:3])
    every = answered.with_unanswerable()
    assert [one.id for one in every.questions] == [
        "a", "a-taken-away", "b", "b-taken-away", "c", "c-taken-away",
    ]  # fmt: skip
    assert run.check(every, searcher.index.catalog) == []
    asked = run.evaluate(searcher, every)
    assert asked[::2] == run.evaluate(searcher, answered)
    for with_, without in zip(asked[::2], asked[1::2], strict=True):
        taken = set(without.question.without)
        assert taken == with_.units
        assert not without.units
        assert {hit.passage.document for hit in without.answer.hits} == {
            "cat.txt", "dog.md", "sub/bird.txt",
        } - taken  # fmt: skip


def test_some_document_must_be_left_to_answer(searcher: Searcher) -> None:
    question = Question(id="x", question="犬", without=("cat.txt", "dog.md", "sub/bird.txt"))
    with pytest.raises(UsageError, match="question x, without: no other document could answer"):
        run.evaluate(searcher, QuestionSet("x", (question,)))


def test_progress_is_reported(searcher: Searcher, questions: QuestionSet) -> None:
    seen: list[int] = []
    run.evaluate(searcher, questions, seen.append)
    assert seen == [4]


def test_equals_keep_their_order_with_falling_scores() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.5, 0.9], np.float32)
    ranking = run._ranking(["z", "b", "y", "b", "a"], scores)
    assert list(ranking) == ["b", "a", "z", "y"]  # b once, at its best
    values = np.array(list(ranking.values()), np.float32)
    assert (np.diff(values) < 0).all()
    np.testing.assert_allclose(values, [0.9, 0.9, 0.5, 0.5], rtol=1e-6)


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        (
            Question(id="x", question="犬", document="cow.txt", answers=(("牛",),)),
            "question x, document: cow.txt is not in the index",
        ),
        (
            Question(id="x", question="犬", document="dog.md", answers=(("犬がいる",), ("犬が鳴く",))),
            "question x, answers: 「犬が鳴く」 does not occur in dog.md",
        ),
        (Question(id="x", question="犬", document="dog.md"), "question x, answers: none for dog.md"),
        (
            Question(id="x", question="犬", without=("cow.txt",)),
            "question x, document: cow.txt is not in the index",
        ),
    ],
)
def test_a_set_that_does_not_fit_the_documents_is_named(
    searcher: Searcher, question: Question, problem: str
) -> None:
    assert run.check(QuestionSet("x", (question,)), searcher.index.catalog) == [problem]


def test_a_set_that_fits_has_no_problems(searcher: Searcher, questions: QuestionSet) -> None:
    assert run.check(questions, searcher.index.catalog) == []
