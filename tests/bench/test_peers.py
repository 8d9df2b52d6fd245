"""What bench/peers.py works out of what was measured, by hand; and one run of a system made here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import peers
from bench.peers import Figures, Questions

RELEVANT = {"q1": frozenset("a"), "q2": frozenset("bc")}
ONES = Figures(*[1.0] * 7)


def test_recall_is_by_document_and_question() -> None:
    found = {"q1": ["x", "a"], "q2": ["b", "x", "c"]}
    assert peers.recall(found, RELEVANT, 1) == (0 + 0.5) / 2
    assert peers.recall(found, RELEVANT, 2) == (1 + 0.5) / 2
    assert peers.recall(found, RELEVANT, 10) == 1


def test_the_figures_of_a_run() -> None:
    run = {
        "load": 2.0,
        "build": 3.0,
        "ask": [0.010, 0.020, 0.030, 0.040, 0.050],
        "memory": 512.0,
        "found": {"q1": ["a"], "q2": ["x", "b"]},
    }
    asked = Questions({"q1": "", "q2": ""}, RELEVANT)
    # p95 is four fifths of the way from the fourth of the five to the last
    assert peers.figures(run, asked) == Figures(
        0.5, 0.75, 3.0, pytest.approx(30), pytest.approx(48), 512.0, 2.0
    )


def test_a_ratio_is_to_the_project_in_the_same_round() -> None:
    own, other = (
        Figures(0.9, 1.0, 10.0, 8.0, 16.0, 1000.0, 4.0),
        Figures(0.45, 0.5, 30.0, 4.0, 8.0, 1500.0, 2.0),
    )
    found = peers.ratios({"shutten": own, "txtai": other})
    assert found == {"shutten": ONES, "txtai": Figures(0.5, 0.5, 3.0, 0.5, 0.5, 1.5, 0.5)}


def test_the_spread_of_a_figure() -> None:
    assert peers.spread([3.0, 1.0, 2.04], ".1f") == "2.0 (1.0–3.0)"
    assert peers.spread([0.9001, 0.9002], ".3f") == "0.900"


def test_a_table_has_a_row_for_each_system() -> None:
    rounds = [dict.fromkeys(peers.SYSTEMS, ONES), dict.fromkeys(peers.SYSTEMS, Figures(*[2.0] * 7))]
    head, rule, *rows = peers.table("ratio", rounds, dict.fromkeys(peers.COLUMNS, ".1f"))
    assert head.startswith("| ratio | R@1 | R@10 | build, s |")
    assert rule.count("---") == 8
    assert [row.split(" | ")[0] for row in rows] == [f"| {shown}" for shown in peers.SYSTEMS.values()]
    assert rows[0].split(" | ")[1] == "1.5 (1.0–2.0)"


def test_each_comes_first_in_turn() -> None:
    assert [peers.turn("abc", number) for number in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


def test_questions_are_drawn_evenly() -> None:
    ids = [f"q{number}" for number in range(7)]
    asked = Questions(dict.fromkeys(ids, "?"), dict.fromkeys(ids, frozenset("a")))
    assert list(peers.drawn(asked, 3).texts) == ["q0", "q2", "q4"]
    assert list(peers.drawn(asked, 3).relevant) == ["q0", "q2", "q4"]
    assert peers.drawn(asked, 9) == peers.drawn(asked, None) == asked


def test_what_is_measured_is_not_run_again(tmp_path: Path) -> None:
    (tmp_path / "2-txtai.json").write_text('{"build": 1}', encoding="utf-8")
    nowhere = tmp_path / "nowhere"
    assert peers.measured("txtai", nowhere, nowhere, tmp_path, 1) == {"build": 1}


SYSTEM = """
class System:
    def __init__(self, model):
        assert model.name == "model"

    def build(self, corpus, documents):
        assert corpus.name == "corpus.jsonl"
        self.ids = [one["_id"] for one in documents if one["title"] and one["text"]]

    def ask(self, question):
        return [*self.ids, *self.ids] if question == "?" else []
"""


def test_a_run_of_a_system(tmp_path: Path) -> None:
    lines = {
        "system.py": SYSTEM,
        "corpus.jsonl": "".join(f'{{"_id": "{id}", "title": "t", "text": "\u2028"}}\n' for id in "ba"),
        "questions.jsonl": "".join(f'{{"_id": "q{number}", "text": "?"}}\n' for number in range(8)),
    }
    for name, text in lines.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = peers.SCRIPTS / "measured.py"
    given = [
        tmp_path / name for name in ("system.py", "model", "corpus.jsonl", "questions.jsonl", "out.json")
    ]
    subprocess.run([sys.executable, "-P", script, *given], check=True)
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["found"] == {f"q{number}": ["b", "a"] for number in range(8)}
    assert len(written["ask"]) == 8 - 5  # the first ones warm up
    assert 1 < written["memory"] < 1000
    assert written["load"] >= 0
    assert written["build"] >= 0
