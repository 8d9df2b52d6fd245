import math

import pytest
from pydantic import ValidationError

from retrieval.search.confidence import Confidence, Evidence, fitted, level

WEIGHTS = {"sentence": 4.0, "passage": 0.0, "coverage": 2.0, "lead": 0.0}


def test_confidence_is_a_logistic_curve() -> None:
    model = Confidence(fitted_by="hand", intercept=-3, weights=WEIGHTS, threshold=0.5)
    assert model.of(Evidence(sentence=0.5, passage=9, coverage=0.5, lead=9)) == 0.5
    assert model.of(Evidence(sentence=1, passage=0, coverage=0.5, lead=0)) == pytest.approx(
        1 / (1 + math.exp(-2))
    )


def test_a_missing_weight_is_refused() -> None:
    with pytest.raises(ValidationError, match="weights are wanted for sentence, passage, coverage, lead"):
        Confidence(fitted_by="hand", intercept=0, weights={"sentence": 1.0}, threshold=0.5)


def test_what_ships_is_complete() -> None:
    assert 0 < fitted().threshold < 1


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1, "high"), (0.75, "high"), (0.7499, "middle"), (0.5, "middle"), (0.4999, "low"), (0, "low")],
)
def test_levels(probability: float, said: str) -> None:
    assert level(probability) == said
