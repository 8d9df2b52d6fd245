import json
import re
from pathlib import Path

import pytest

from retrieval import Settings

LINES = [
    {"id": "a", "question": "犬", "document": "dog.md", "answers": [["犬がいる"]]},
    {"id": "b", "question": "鳥", "document": "cat.txt", "answers": [["猫がいる"]]},
    {"id": "c", "question": "魚"},
]


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


def test_evaluate_for_people(run, set_file: Path, tmp_path: Path) -> None:
    run("build")
    code, out, _ = run("evaluate", str(set_file), "--out", str(tmp_path / "out"))
    assert code == 0
    assert out.startswith("small: 3 questions, words, index ")
    assert re.search(r"^ *fused +0\.500 ", out, re.MULTILINE)
    assert "auroc" in out
    names = {"run.trec", "qrels.trec", "metrics.json", "report.html", "failures.jsonl", "misquoted.jsonl"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names


def test_evaluate_for_programs(run, set_file: Path) -> None:
    run("build")
    code, out, _ = run("evaluate", str(set_file), "--json")
    assert code == 0
    assert json.loads(out)["measures"]["fused"]["R@1"]["value"] == 0.5


def test_a_floor_that_is_not_met_leaves_with_1(run, set_file: Path) -> None:
    run("build")
    assert run("evaluate", str(set_file), "--min", "R@1=0.5")[0] == 0
    code, out, err = run("evaluate", str(set_file), "--min", "R@1=0.6", "--min", "RR@10=0.99")
    assert code == 1
    assert "fused" in out  # the figures are shown all the same
    assert "shutten: R@1 is 0.500, below 0.6; RR@10 is 0." in err


def test_a_figure_that_cannot_be_measured_meets_no_floor(run, set_file: Path) -> None:
    run("build")
    set_file.write_text(json.dumps(LINES[0]), encoding="utf-8")
    code, _, err = run("evaluate", str(set_file), "--min", "auroc=0.5")
    assert code == 1
    assert "auroc is –, below 0.5" in err


def test_seeds_are_indexed_in_a_cache_and_again_when_they_change(
    run, set_file: Path, seeds: Path, settings: Settings
) -> None:
    for _ in range(2):
        code, out, _ = run("evaluate", str(set_file), "--seeds", str(seeds), "--json")
        assert code == 0
    first = json.loads(out)["index"]
    [cache] = (settings.index / "evaluated").iterdir()
    assert (cache / "CURRENT").read_text("utf-8").strip() == first
    (seeds / "new.txt").write_text("魚。", encoding="utf-8")
    _, out, _ = run("evaluate", str(set_file), "--seeds", str(seeds), "--json")
    assert json.loads(out)["index"] != first
    assert not (settings.index / "CURRENT").exists()  # the reader's own index is left alone


def test_a_beir_folder_brings_its_documents(run, tmp_path: Path) -> None:
    folder = tmp_path / "animals"
    folder.mkdir()
    corpus = [{"_id": "1", "title": "", "text": "犬がいる。\n犬が走る。"}, {"_id": "2", "text": "猫がいる。"}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), encoding="utf-8")
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "犬"}), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n", encoding="utf-8")
    code, out, _ = run("evaluate", str(folder), "--json", "--min", "R@1=1")
    assert code == 0
    assert json.loads(out)["unit"] == "document"


def test_a_set_that_does_not_fit_is_refused_or_with_lenient_warned_of(run, set_file: Path) -> None:
    run("build")
    lines = [*LINES, {"id": "d", "question": "牛", "document": "cow.txt", "answers": [["牛"]]}]
    set_file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    code, out, err = run("evaluate", str(set_file))
    assert (code, out) == (2, "")
    assert "question d, document: cow.txt is not in the index; mend the set, or go on with --lenient" in err
    code, _, err = run("evaluate", str(set_file), "--lenient")
    assert code == 0
    assert "warning: question d, document: cow.txt is not in the index" in err
    code, out, err = run("questions", "check", str(set_file))
    assert code == 1
    assert "question d, document: cow.txt" in out
    assert "1 problems in 4 questions" in err


def test_questions_check_finds_nothing_wrong(run, set_file: Path) -> None:
    run("build")
    code, out, _ = run("questions", "check", str(set_file))
    assert code == 0
    assert "3 questions, nothing wrong" in out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["evaluate", "nowhere.jsonl"], 2, "nowhere.jsonl: No such file"),
        (["evaluate", "SET", "--min", "R@2=1"], 2, "--min R@2=1: no such figure; there are R@1, R@3"),
        (["evaluate", "SET", "--min", "R@1"], 2, "--min R@1: not a number from 0 to 1; write it as R@1=0.8"),
        (["evaluate", "SET", "--min", "R@1=nan"], 2, "--min R@1=nan: not a number from 0 to 1"),
        (["evaluate", "SET", "--min", "R@1=80"], 2, "--min R@1=80: not a number from 0 to 1"),
        (["evaluate", "SET", "--out", "SET"], 1, "small.jsonl: File exists"),
        (["evaluate", "SET"], 3, "no index yet"),
        (["calibrate", "SET"], 3, "no index yet"),
        (["calibrate", "SET", "--out", "nowhere/c.json"], 2, "--out nowhere/c.json: no folder that can be"),
        (["questions", "check", "SET"], 3, "no index yet"),
        (["questions", "add", "SET", "虎"], 3, "no index yet"),
        (["questions", "add", "SET"], 2, "no feedback yet"),
        (["compare", "nowhere", "nowhere"], 2, "No such file"),
    ],
)
def test_what_goes_wrong_is_one_line(run, set_file: Path, arguments: list[str], code: int, says: str) -> None:
    found, out, err = run(*(str(set_file) if one == "SET" else one for one in arguments))
    assert (found, out) == (code, "")
    assert says in err
    assert err.count("\n") == 1


def test_compare_two_runs(run, set_file: Path, tmp_path: Path) -> None:
    run("build")
    run("evaluate", str(set_file), "--out", str(tmp_path / "out"))
    code, out, _ = run("compare", str(tmp_path / "out"), str(tmp_path / "out"))
    assert code == 0
    assert "0/2/0" in out
    code, out, _ = run("compare", str(tmp_path / "out"), str(tmp_path / "out"), "--json")
    assert json.loads(out)["paired"] == 2


def test_calibrate_shows_what_changed_and_writes(run, set_file: Path, tmp_path: Path) -> None:
    run("build")
    to = tmp_path / "confidence.json"
    code, out, _ = run("calibrate", str(set_file), "--out", str(to))
    assert code == 0
    assert "before" in out
    assert "threshold" in out
    assert json.loads(to.read_text("utf-8"))[""]["fitted_by"] == "calibrate small"


def test_calibrate_asks_each_set_over_documents_of_its_own(run, set_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "fish.txt").write_text("魚の話\n魚が泳ぐ。\n", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text('{"id": "e1", "question": "犬?"}\n', encoding="utf-8")
    to = tmp_path / "confidence.json"
    run("build")
    code, out, _ = run("calibrate", str(set_file), f"{elsewhere}={other}", "--out", str(to))
    assert code == 0
    assert "elsewhere over other" in out
    assert json.loads(to.read_text("utf-8"))[""]["fitted_by"] == "calibrate small, elsewhere over other"
    code, _, err = run("calibrate", f"{set_file}={tmp_path / 'none'}", "--out", str(to))
    assert code != 0
    assert "none" in err
    assert err.count("\n") == 1


def test_a_question_is_added_by_choosing_its_passages(
    run, set_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build")
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "1, 2")
    code, out, _ = run("questions", "add", str(set_file), "犬と猫", "--type", "multi")
    assert code == 0
    assert "q001  犬と猫" in out
    added = json.loads(set_file.read_text("utf-8").splitlines()[-1])
    assert set(added["documents"]) == {"cat.txt", "dog.md"}
    code, _, err = run("questions", "add", str(set_file), "犬と猫")
    assert (code, "the question stands there as q001; nothing was added" in err) == (2, True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "0")
    assert "nothing answers it" in run("questions", "add", str(set_file), "魚?")[1]
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "9")
    code, _, err = run("questions", "add", str(set_file), "虎")
    assert code == 2
    assert "'9': not one of 1 to 3; nothing was added" in err


@pytest.mark.parametrize("name", ["empty.jsonl", "new/set.jsonl"])
def test_a_set_is_begun(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    run("build")
    (tmp_path / "empty.jsonl").touch()
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "1")
    assert run("questions", "add", str(tmp_path / name), "犬")[0] == 0
    assert json.loads((tmp_path / name).read_text("utf-8"))["document"] == "dog.md"


def test_a_set_that_nothing_answers_has_no_measures(run, set_file: Path, tmp_path: Path) -> None:
    run("build")
    set_file.write_text(json.dumps(LINES[2]), encoding="utf-8")
    code, out, _ = run("evaluate", str(set_file), "--out", str(tmp_path / "out"))
    assert code == 0
    assert re.search(r"^ *fused +–( +–){5} *$", out, re.MULTILINE)
    assert "nan–nan" not in out
    assert "fused" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_questions_are_added_from_feedback_once(run, set_file: Path, settings: Settings, searcher) -> None:
    from retrieval.evaluation import feedback

    feedback.record(settings.feedback, "走るのは", searcher.ask("犬", 1).hits[0], right=True)
    assert "1 added, 4 questions" in run("questions", "add", str(set_file))[1]
    assert "0 added, 4 questions" in run("questions", "add", str(set_file))[1]
