"""The default model's weights, as the file of its package has them."""

import numpy as np
import pytest

from retrieval import e5_file, encoder
from retrieval.errors import ModelUnavailable
from retrieval.settings import BUNDLED_MODEL


def test_a_block_is_sixteen_low_nibbles_then_sixteen_high_ones() -> None:
    nibbles = [low | high << 4 for low, high in zip(range(16), reversed(range(16)), strict=True)]
    raw = np.float16(0.5).tobytes() + bytes(nibbles)
    up = (np.arange(16) - 8) / 2
    np.testing.assert_array_equal(e5_file._dequantised(raw, 32), [*up, *up[::-1]])


def test_what_is_not_quantised_stays_as_it_is() -> None:
    values = np.array([1 / 3, -2.5], np.float32)
    np.testing.assert_array_equal(e5_file._dequantised(values.tobytes(), 2), values)


def test_the_file_is_of_the_model_that_it_is_named_after() -> None:
    contents = e5_file.read()
    epsilon = float(np.float32(1e-12))
    assert contents.sizes == e5_file.Sizes(384, 12, 12, 1536, 250_037, 512, 2, epsilon)
    assert len(contents.vocabulary.pieces) == 250_002
    assert {array.dtype for array in contents.tensors.values()} == {np.dtype(np.float32)}
    weights = sum(array.size for array in contents.tensors.values())
    assert 117_000_000 < weights < 118_000_000


def test_a_changed_weights_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder.load.cache_clear()
    monkeypatch.setattr(e5_file, "SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="reinstall"):
        encoder.load(BUNDLED_MODEL)
