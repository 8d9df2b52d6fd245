import math
from pathlib import Path

import pytest

from retrieval import Searcher, Settings
from retrieval.errors import UsageError
from retrieval.evaluation import QuestionSet, feedback, report, shelf, summary
from retrieval.evaluation.run import Asked
from retrieval.settings import PROJECT

LINE = '{"id": "a", "question": "犬は", "document": "dog.md", "answers": [["犬"]]}\n'.encode()


def test_the_projects_sets_and_those_that_were_added(settings: Settings) -> None:
    own = {path.stem for path in (PROJECT / "tests" / "questions").glob("*.jsonl")}
    assert own
    assert set(shelf.sets(settings)) == own
    assert shelf.add_set(settings, "../a/犬 の<b>.jsonl", LINE) == "犬-の-b"
    path = shelf.sets(settings)["犬-の-b"]
    assert path.read_bytes() == LINE
    assert path.is_relative_to(settings.index)
    assert set(shelf.sets(settings)) == own | {"犬-の-b"}


def test_a_faulty_set_is_refused_by_its_own_name_and_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"^mine\.jsonl, line 1, question:"):
        shelf.add_set(settings, "mine.jsonl", b'{"id": "a"}')
    assert not [path for path in settings.index.rglob("*") if path.is_file()]


def test_a_sets_name_is_one_that_a_run_can_have_and_no_other_set_has(settings: Settings) -> None:
    name = shelf.add_set(settings, f"{'長' * 80}.jsonl", LINE)
    shelf.folder_for(settings, name).mkdir(parents=True)
    before = shelf.sets(settings)
    for taken in ("feedback", "digests"):  # what thumbs make, and one of the project's own
        with pytest.raises(UsageError, match=rf"^{taken}\.jsonl: a set that is not yours is called so"):
            shelf.add_set(settings, f"{taken}.jsonl", LINE)
    assert shelf.sets(settings) == before


def test_thumbs_make_a_set(settings: Settings, searcher: Searcher) -> None:
    assert shelf.marked(settings) is None
    dog, cat = searcher.ask("犬", 1).hits[0], searcher.ask("猫", 1).hits[0]
    feedback.record(settings.feedback, "犬は", dog, right=True)
    feedback.record(settings.feedback, "猫は", cat, right=False)
    marked = shelf.marked(settings)
    assert marked is not None
    [question] = marked.questions
    assert (question.id, question.question, question.document) == ("q001", "犬は", "dog.md")


def test_a_run_is_read_as_it_was_written(
    questions: QuestionSet, asked: list[Asked], searcher: Searcher, settings: Settings
) -> None:
    assert shelf.runs(settings) == []
    found = summary.of(questions, asked, searcher)
    folders = [shelf.folder_for(settings, name) for name in ("small", "small")]
    assert len({*folders}) == 2
    for folder in folders:
        report.write(folder, found, asked)
    assert shelf.runs(settings) == folders[::-1]
    run = shelf.load(folders[0])
    assert (run.figures.set, run.figures.questions, run.figures.model) == ("small", 4, "words")
    assert run.figures.measures == {leg: dict(own) for leg, own in found.measures.items()}
    assert run.figures.answering == found.answering
    assert {id: one.rank for id, one in run.figures.by_question.items()} == {
        one.question.id: one.rank for one in asked if one.units
    }
    [miss] = run.misses
    assert (miss.id, miss.rank) == ("b", asked[1].rank)
    above = miss.above[0]
    assert above.before + above.quote + above.behind == asked[1].answer.hits[0].passage.text


def test_what_could_not_be_measured_is_nan(
    questions: QuestionSet, asked: list[Asked], searcher: Searcher, tmp_path: Path
) -> None:
    answerable = [one for one in asked if one.units]
    report.write(tmp_path, summary.of(questions, answerable, searcher), answerable)
    assert math.isnan(shelf.load(tmp_path).figures.answering.auroc)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"metrics\.json"):
        shelf.load(tmp_path)
    (tmp_path / "metrics.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="not what evaluate --out writes"):
        shelf.load(tmp_path)
