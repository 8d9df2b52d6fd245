import json
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest

from retrieval import Searcher
from retrieval.evaluation import Question, QuestionSet, report, run
from retrieval.evaluation import summary as figures
from retrieval.evaluation.measures import NAMES
from retrieval.evaluation.run import Asked
from retrieval.evaluation.summary import Summary


@pytest.fixture
def summary(questions: QuestionSet, asked: list[Asked], searcher: Searcher) -> Summary:
    return figures.of(questions, asked, searcher)


def test_the_files_can_be_read_by_others(summary: Summary, asked: list[Asked], tmp_path: Path) -> None:
    report.write(tmp_path, summary, asked)
    metrics = json.loads((tmp_path / "metrics.json").read_text("utf-8"))
    assert metrics["measures"]["fused"]["R@1"]["value"] == summary.value("R@1")
    again = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(name) for name in NAMES],
        ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")),
        ir_measures.read_trec_run(str(tmp_path / "run.trec")),
    )
    for measure, value in again.items():
        assert value == pytest.approx(summary.value(str(measure)))


def test_what_missed_is_listed_the_worst_first(summary: Summary, asked: list[Asked], tmp_path: Path) -> None:
    report.write(tmp_path, summary, asked)
    [failure] = [json.loads(line) for line in (tmp_path / "failures.jsonl").read_text("utf-8").splitlines()]
    assert failure["id"] == "b"
    assert failure["rank"] == asked[1].rank
    assert failure["expected"][0]["document"] == "cat.txt"
    assert failure["expected"][0]["lines"] == [1, 2]
    assert failure["above"][0]["document"] == "sub/bird.txt"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "動物の話\n猫がいる。" in page
    assert page.count("<svg") == 3


def test_above_stands_what_scores_higher_though_the_right_one_be_left_out(
    summary: Summary, asked: list[Asked], tmp_path: Path
) -> None:
    # as the search leaves out a passage that would be quoted with a better one's sentence
    b = asked[1]
    hits = tuple(hit for hit in b.answer.hits if not b.is_right(hit))
    report.write(tmp_path, summary, [asked[0], replace(b, answer=replace(b.answer, hits=hits)), *asked[2:]])
    [failure] = [json.loads(line) for line in (tmp_path / "failures.jsonl").read_text("utf-8").splitlines()]
    assert len(hits) == 2
    assert len(failure["above"]) == b.rank - 1
    assert [one["rank"] for one in failure["above"]] == [1]


def test_what_is_quoted_with_another_sentence_is_listed(searcher: Searcher, tmp_path: Path) -> None:
    # 犬がいる is as near as 犬が走る, and stands before it
    one, other = (
        Question(id=id, question="犬", document="dog.md", answers=((answer,),))
        for id, answer in (("a", "犬が走る"), ("b", "犬がいる"))
    )
    questions = QuestionSet("two", (one, other))
    asked = run.evaluate(searcher, questions)
    report.write(tmp_path, figures.of(questions, asked, searcher), asked)
    [own] = [json.loads(line) for line in (tmp_path / "misquoted.jsonl").read_text("utf-8").splitlines()]
    assert (own["id"], own["saying"], own["passage"]["document"]) == ("a", ["犬が走る。"], "dog.md")
    assert own["passage"]["quote"] == "犬がいる。"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<mark>犬がいる。</mark>" in page
    assert '<div class="passage">犬が走る。</div>' in page


def test_a_folder_that_is_not_whole_has_no_figures(
    summary: Summary, asked: list[Asked], tmp_path: Path
) -> None:
    report.write(tmp_path, summary, asked)
    (tmp_path / "run.trec").unlink()
    (tmp_path / "run.trec").mkdir()
    with pytest.raises(OSError, match=r"run\.trec"):
        report.write(tmp_path, summary, asked)
    assert not (tmp_path / "metrics.json").exists()


def test_the_page_escapes_and_fetches_nothing(summary: Summary, asked: list[Asked], tmp_path: Path) -> None:
    evil = replace(asked[1], question=asked[1].question.model_copy(update={"question": "<script>x</script>"}))
    report.write(tmp_path, summary, [asked[0], evil, *asked[2:]])
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x" in page
    for part in ('src="http', "url(http", "@import", "<link"):
        assert part not in page


def test_blanks_in_names_do_not_break_the_columns() -> None:
    assert report._word("a b\u3000100%.txt") == "a%20b%3000100%25.txt"
