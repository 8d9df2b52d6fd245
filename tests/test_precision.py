import numpy as np
import pytest
import torch

from retrieval import bundled_e5, e5_file, precision

TEXTS = ["和平の成否を決める最大の要素は、ロシアの同意である。", "Why is the land corridor so important?"]


def test_bfloat16_gives_the_vectors_of_float32_or_nearly() -> None:
    """Wherever it runs: what is slow where it is not native is the same there."""
    wide, narrow = (bundled_e5.model(e5_file.read()) for _ in range(2))
    precision.narrow(wide, "float32")
    precision.narrow(narrow, "bfloat16")
    rows = [np.asarray(model.encode(TEXTS, normalize_embeddings=True)) for model in (wide, narrow)]
    assert [one.dtype for one in rows] == [np.float32, np.float32]
    assert (rows[0] * rows[1]).sum(axis=1).min() > 0.999
    np.testing.assert_allclose(np.linalg.norm(rows[1], axis=1), 1, atol=1e-6)
    assert not np.array_equal(*rows)


def test_the_default_computes_with_what_the_processor_has(e5) -> None:
    assert e5.numbers == precision.native()


@pytest.mark.parametrize(("has", "numbers"), [(True, "bfloat16"), (False, "float32")])
def test_a_graphics_processor_is_used_where_torch_has_one(
    monkeypatch: pytest.MonkeyPatch, has: bool, numbers: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: has)
    assert (precision.device(), precision.native()) == ("cuda", numbers)


def test_the_encoder_is_where_models_compute(e5) -> None:
    assert e5.model.device.type == precision.device()
