from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from retrieval import adapter
from retrieval.errors import ModelUnavailable


@pytest.fixture
def model() -> nn.Sequential:
    """A layer from 3 values to 2."""
    linear = nn.Linear(3, 2)
    linear.weight.data = torch.tensor([[1.0, 0, 0], [0, 1, 0]])
    return nn.Sequential(linear)


def _file(tmp_path: Path, **tensors: torch.Tensor) -> Path:
    path = tmp_path / "some.safetensors"
    save_file(tensors, path)
    return path


def test_up_times_down_is_added(tmp_path: Path, model: nn.Sequential) -> None:
    path = _file(
        tmp_path,
        **{
            "0.down": torch.tensor([[1.0, 2, 3]]).half(),
            "0.up": torch.tensor([[1.0], [10]]).half(),
        },
    )
    adapter.merge(model, path)
    assert model[0].weight.tolist() == [[2, 2, 3], [10, 21, 30]]


@pytest.mark.parametrize(
    "tensors",
    [
        {"1.down": torch.ones(1, 3), "1.up": torch.ones(2, 1)},
        {"0.down": torch.ones(1, 3)},
        {"0.down": torch.ones(1, 3), "0.up": torch.ones(2, 1), "head.bias": torch.ones(1)},
        {"0.down": torch.ones(1, 4), "0.up": torch.ones(2, 1)},
    ],
    ids=["another layer", "half of one", "more than adapters", "another shape"],
)
def test_another_models_adapter_is_refused(
    tmp_path: Path, model: nn.Sequential, tensors: dict[str, torch.Tensor]
) -> None:
    with pytest.raises(ModelUnavailable, match=r"some\.safetensors: no adapter of this model"):
        adapter.merge(model, _file(tmp_path, **tensors))


@pytest.mark.parametrize("data", [None, b"", b"pickle" * 9])
def test_a_file_that_is_none_is_refused(tmp_path: Path, model: nn.Sequential, data: bytes | None) -> None:
    path = tmp_path / "none.safetensors"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ModelUnavailable, match=r"none\.safetensors: no adapter of this model"):
        adapter.merge(model, path)
