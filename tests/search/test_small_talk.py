import math
from pathlib import Path

import numpy as np
import pytest

from retrieval.search import small_talk
from retrieval.search.small_talk import SmallTalk, fitted
from retrieval.settings import DEFAULT_MODEL

OWN = SmallTalk(fitted_by="hand", intercept=-1, weights=(2.0, 0.0))


def test_a_logistic_curve_of_the_vector() -> None:
    found = OWN.of(np.array([[0.5, 0.9], [1, 0]], np.float32))
    assert found.tolist() == pytest.approx([0.5, 1 / (1 + math.exp(-1))])


def test_what_ships_is_for_the_default_model_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    default = fitted(DEFAULT_MODEL)
    assert default is not None
    assert len(default.weights) == 384
    assert fitted("another") is None
    (tmp_path / "small_talk.json").write_text(small_talk.to_json("another", OWN), "utf-8")
    monkeypatch.setattr(small_talk, "FILE", tmp_path / "small_talk.json")
    monkeypatch.setattr(small_talk, "fitted", fitted.__wrapped__)
    assert small_talk.fitted("another") == OWN
    assert small_talk.fitted(DEFAULT_MODEL) == default
