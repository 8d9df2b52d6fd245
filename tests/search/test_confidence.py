import math

import pytest
from pydantic import ValidationError

from retrieval.search.confidence import EVIDENCE, Confidence, Evidence, fitted

WEIGHTS = dict.fromkeys(EVIDENCE, 0.0) | {"sentence": 4.0, "coverage": 2.0}


def evidence(**given: float) -> Evidence:
    return Evidence(**(dict.fromkeys(EVIDENCE, 0.0) | given))


def test_confidence_is_a_logistic_curve() -> None:
    model = Confidence(fitted_by="hand", intercept=-3, weights=WEIGHTS, threshold=0.5)
    assert model.of(evidence(sentence=0.5, passage=9, coverage=0.5, lead=9)) == 0.5
    assert model.of(evidence(sentence=1, coverage=0.5)) == pytest.approx(1 / (1 + math.exp(-2)))


def test_a_missing_weight_is_refused() -> None:
    with pytest.raises(ValidationError, match="weights are wanted for sentence, passage, "):
        Confidence(fitted_by="hand", intercept=0, weights={"sentence": 1.0}, threshold=0.5)


def test_what_ships_is_complete() -> None:
    assert 0 < fitted().threshold < 1
