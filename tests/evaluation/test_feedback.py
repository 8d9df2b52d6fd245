from pathlib import Path

import pytest

from retrieval import Searcher, evaluation
from retrieval.errors import UsageError
from retrieval.evaluation import feedback
from retrieval.evaluation.questions import Question


def test_what_is_recorded_comes_back(searcher: Searcher, tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.jsonl"
    first, second, _ = searcher.ask("犬", 3).hits
    feedback.record(path, "犬", first, right=True)
    feedback.record(path, "犬", second, right=True)
    feedback.record(path, "犬", second, right=False)  # another mind
    assert [one.right for one in feedback.load(path)] == [True, True, False]
    assert feedback.answered(feedback.load(path)) == {"犬": [("dog.md", "犬がいる。")]}


def test_no_feedback_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no feedback yet; mark passages in the app"):
        feedback.load(tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize(
    ("asked", "language"), [("犬は?", "ja"), ("Where is it?", "en"), ("Где он?", "ru"), ("NATOとは", "ja")]
)
def test_the_language_is_that_of_the_letters(asked: str, language: str) -> None:
    assert feedback.to_question("q1", asked, [("a.txt", "b")], "").lang == language


def test_sentences_of_one_document_are_alternatives_and_documents_stand_apart() -> None:
    one = feedback.to_question("q1", "犬", [("a.txt", "い"), ("a.txt", "ろ")], "factoid")
    assert (one.document, one.answers, one.type) == ("a.txt", (("い",), ("ろ",)), "factoid")
    two = feedback.to_question("q1", "犬", [("a.txt", "い"), ("b.txt", "ろ")], "")
    assert two.answers_by_document() == {"a.txt": (("い",),), "b.txt": (("ろ",),)}
    assert feedback.to_question("q1", "犬", [], "").answers_by_document() == {}


def test_ids_go_on_behind_the_highest() -> None:
    held = [Question(id=id, question="何") for id in ("q002", "q010", "x99")]
    assert feedback.next_id(held) == "q011"
    assert feedback.next_id([]) == "q001"


def test_a_set_grows_by_lines(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    feedback.append(path, Question(id="a", question="犬"))
    path.write_text(path.read_text("utf-8").rstrip("\n"), encoding="utf-8")  # as some editors leave it
    feedback.append(path, Question(id="b", question="猫", document="a.txt", answers=(("猫",),)))
    assert [one.id for one in evaluation.load(path).questions] == ["a", "b"]
    with pytest.raises(UsageError, match="b stands there already"):
        feedback.append(path, Question(id="b", question="鳥"))


def test_a_file_that_cannot_be_written_is_named(searcher: Searcher, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="SHUTTEN_FEEDBACK"):
        feedback.record(tmp_path, "犬", searcher.ask("犬", 1).hits[0], right=True)
