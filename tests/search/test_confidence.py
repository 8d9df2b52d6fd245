import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from retrieval.search import confidence
from retrieval.search.confidence import EVIDENCE, Confidence, Evidence, fitted, level

WEIGHTS = dict.fromkeys(EVIDENCE, 0.0) | {"closeness": 4.0, "odds": 2.0}


def evidence(**given: float) -> Evidence:
    return Evidence(**(dict.fromkeys(EVIDENCE, 0.0) | given))


def test_confidence_is_a_logistic_curve() -> None:
    model = Confidence(fitted_by="hand", intercept=-3, weights=WEIGHTS, threshold=0.5)
    assert model.of(evidence(closeness=0.5, rest_sentence=9, odds=0.5, first=9)) == 0.5
    assert model.of(evidence(closeness=1, odds=0.5)) == pytest.approx(1 / (1 + math.exp(-2)))


def test_small_talk_takes_its_share() -> None:
    model = Confidence(fitted_by="hand", intercept=0, weights=WEIGHTS, threshold=0.5)
    assert model.of(evidence(small_talk=0.9)) == pytest.approx(0.05)


def test_a_missing_weight_is_refused() -> None:
    with pytest.raises(
        ValidationError, match="weights are wanted for closeness, usual, rest_sentence, rest_passage, first"
    ):
        Confidence(fitted_by="hand", intercept=0, weights={"closeness": 1.0}, threshold=0.5)


@pytest.mark.parametrize("reranker", ["", "multilingual-e5-small+rr4", "another"])
def test_what_ships_is_complete(reranker: str) -> None:
    assert 0 < fitted(reranker).threshold < 1


def test_each_reranker_has_a_model_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Confidence(fitted_by="hand", intercept=-3, weights=WEIGHTS, threshold=0.5)
    (tmp_path / "confidence.json").write_text(confidence.to_json("mine", own), "utf-8")
    monkeypatch.setattr(confidence, "FILE", tmp_path / "confidence.json")
    monkeypatch.setattr(confidence, "fitted", fitted.__wrapped__)
    assert confidence.fitted("mine") == own
    assert confidence.fitted("another") == confidence.fitted("") == fitted("")


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1, "high"), (0.75, "high"), (0.7499, "middle"), (0.5, "middle"), (0.4999, "low"), (0, "low")],
)
def test_levels(probability: float, said: str) -> None:
    assert level(probability) == said
