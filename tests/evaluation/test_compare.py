import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import UsageError
from retrieval.evaluation import compare
from retrieval.evaluation.measures import NAMES


def run(folder: Path, ranks: dict[str, int | None]) -> Path:
    """What evaluate writes for these ranks, every measure being 1 / rank."""
    folder.mkdir(parents=True)
    by_question = {
        id: {"question": f"{id}?", "rank": rank} | dict.fromkeys(NAMES, 1 / rank if rank else 0)
        for id, rank in ranks.items()
    }
    (folder / "metrics.json").write_text(json.dumps({"set": "x", "by_question": by_question}), "utf-8")
    return folder


def test_differences_by_hand(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {"p": 2, "q": 1, "r": 1, "s": None, "only": 1})
    b = run(tmp_path / "b", {"p": 1, "q": 1, "r": 4, "s": 2})
    found = compare.compare(a, b)
    assert (found.paired, found.unpaired) == (4, 1)
    first = found.differences[0]
    assert (first.a, first.b) == (2.5 / 4, 2.75 / 4)
    assert first.difference.value == pytest.approx(0.25 / 4)
    assert (first.wins, first.ties, first.losses) == (2, 1, 1)
    # three questions differ, by 0.5, 0.5 and -0.75: none of the 8 ways to sign them gives a sum
    # nearer to 0 than 0.25
    assert first.p == 1
    assert [(one.id, one.rank_a, one.rank_b) for one in found.changes] == [
        ("r", 1, 4), ("p", 2, 1), ("s", None, 2),
    ]  # fmt: skip


def test_a_run_against_itself_differs_in_nothing(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {"p": 2, "q": None})
    found = compare.compare(a, a)
    assert all((one.p, one.p_holm, one.ties) == (1, 1, 2) for one in found.differences)
    assert found.changes == ()


def test_the_chance_by_hand(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {"p": 2, "q": 2, "r": 2})
    b = run(tmp_path / "b", {"p": 1, "q": 1, "r": 1})
    # of the 8 ways to sign 0.5, 0.5, 0.5 two give a sum as far from 0
    assert compare.compare(a, b).differences[0].p == pytest.approx(2 / 8)


def test_one_question_alone_proves_nothing(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", {"p": 2, "q": 1}), run(tmp_path / "b", {"p": 1, "q": 1})
    assert compare.compare(a, b).differences[0].p == 1


def test_a_large_and_even_gain_is_no_chance(tmp_path: Path) -> None:
    ids = [f"q{number}" for number in range(30)]
    a, b = run(tmp_path / "a", dict.fromkeys(ids, 2)), run(tmp_path / "b", dict.fromkeys(ids, 1))
    for one in compare.compare(a, b).differences:
        assert one.p < 0.001
        assert one.difference.low == one.difference.high == 0.5


def test_only_the_same_words_are_the_same_question(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", {"p": 2, "q": 1}), run(tmp_path / "b", {"p": 1, "q": 1})
    metrics = json.loads((b / "metrics.json").read_text("utf-8"))
    metrics["by_question"]["q"]["question"] = "another one"
    (b / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    found = compare.compare(a, b)
    assert (found.paired, found.unpaired) == (1, 1)


@pytest.mark.parametrize(
    ("figures", "problem"),
    [({}, "by_question.p: no R@1, "), (dict.fromkeys(NAMES, "high"), r"by_question.p.R@1: Input should be")],
)
def test_what_evaluate_did_not_write_is_refused(tmp_path: Path, figures: dict, problem: str) -> None:
    metrics = {"by_question": {"p": {"question": "p?", "rank": 1} | figures}}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    with pytest.raises(UsageError, match=f"not what evaluate --out writes, {problem}"):
        compare.compare(tmp_path, tmp_path)


def test_holm_by_hand() -> None:
    assert compare.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert compare.holm([0.9, 0.8]) == [1, 1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_never_lowers(chances: list[float]) -> None:
    corrected = compare.holm(chances)
    assert all(p <= q <= 1 for p, q in zip(chances, corrected, strict=True))
    assert all(
        (p < q) <= (corrected[i] <= corrected[j])
        for i, p in enumerate(chances)
        for j, q in enumerate(chances)
    )


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    good = run(tmp_path / "a", {"p": 1})
    with pytest.raises(UsageError, match="No such file"):
        compare.compare(good, tmp_path / "nowhere")
    (tmp_path / "metrics.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="not what evaluate --out writes"):
        compare.compare(good, tmp_path)
    with pytest.raises(UsageError, match="no question in common"):
        compare.compare(good, run(tmp_path / "b", {"q": 1}))
