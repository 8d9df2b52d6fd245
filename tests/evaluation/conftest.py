"""An evaluation over the small index of `conftest.py`, made by hand."""

import pytest

from retrieval import Searcher
from retrieval.evaluation import Question, QuestionSet, run
from retrieval.evaluation.run import Asked

QUESTIONS = (
    Question(id="a", question="犬", type="factoid", document="dog.md", answers=(("犬がいる",),)),
    Question(id="b", question="鳥", type="factoid", document="cat.txt", answers=(("猫がいる",),)),
    Question(
        id="c", question="猫と鳥", documents={"cat.txt": (("猫がいる",),), "sub/bird.txt": (("鳥が鳴く",),)}
    ),
    Question(id="d", question="魚", lang="ru"),
)


@pytest.fixture
def questions() -> QuestionSet:
    return QuestionSet("small", QUESTIONS)


@pytest.fixture
def asked(searcher: Searcher, questions: QuestionSet) -> list[Asked]:
    return run.evaluate(searcher, questions)
