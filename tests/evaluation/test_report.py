import json
import math
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest

from retrieval import Searcher
from retrieval.evaluation import QuestionSet, report
from retrieval.evaluation.measures import NAMES
from retrieval.evaluation.report import Summary
from retrieval.evaluation.run import Asked


@pytest.fixture
def summary(questions: QuestionSet, asked: list[Asked], searcher: Searcher) -> Summary:
    return report.summarise(questions, asked, searcher)


def test_a_summary_says_what_was_measured_with_what(summary: Summary, searcher: Searcher) -> None:
    assert (summary.set, summary.unit, summary.questions) == ("small", "passage", 4)
    assert (summary.model, summary.index) == ("words", searcher.index.id)
    assert (summary.passage_size, summary.threshold) == (400, searcher.confidence.threshold)
    assert summary.commit is None or summary.commit.removesuffix("-dirty").isalnum()
    assert list(summary.measures) == ["fused", "passage", "sentence", "keyword"]
    # a comes first, b does not, c has one of two
    assert summary.value("R@1") == pytest.approx((1 + 0 + 1 / 2) / 3)
    assert summary.value("R@3") == 1
    assert list(summary.by_question) == ["a", "b", "c"]
    assert summary.by_question["c"]["R@1"] == 0.5


def test_groups_are_by_type_and_document_where_there_are_several(summary: Summary) -> None:
    assert set(summary.groups) == {"type", "document"}  # all answerable ones are in Japanese
    assert summary.groups["type"]["factoid"].questions == 2
    assert summary.groups["type"]["factoid"].measures["R@1"] == 0.5
    assert summary.groups["document"]["cat.txt"].questions == 2


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


def test_the_page_escapes_and_fetches_nothing(summary: Summary, asked: list[Asked], tmp_path: Path) -> None:
    evil = replace(asked[1], question=asked[1].question.model_copy(update={"question": "<script>x</script>"}))
    report.write(tmp_path, summary, [asked[0], evil, *asked[2:]])
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x" in page
    for part in ('src="http', "url(http", "@import", "<link"):
        assert part not in page


def test_what_cannot_be_measured_is_null(
    questions: QuestionSet, asked: list[Asked], searcher: Searcher
) -> None:
    found = report.summarise(questions, asked[:3], searcher)
    assert json.loads(report.to_json(found))["answering"]["auroc"] is None
    assert report.figure(math.nan) == "–"


def test_blanks_in_names_do_not_break_the_columns() -> None:
    assert report._word("a b\u3000100%.txt") == "a%20b%3000100%25.txt"
