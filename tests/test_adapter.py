import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from retrieval import Settings, adapter
from retrieval.adapter import Adapter
from retrieval.errors import ModelUnavailable


@pytest.fixture
def model() -> nn.Sequential:
    """A layer from 3 values to 2."""
    linear = nn.Linear(3, 2)
    linear.weight.data = torch.tensor([[1.0, 0, 0], [0, 1, 0]])
    return nn.Sequential(linear)


def _file(tmp_path: Path, **tensors: torch.Tensor) -> str:
    path = tmp_path / "some.safetensors"
    save_file(tensors, path)
    return str(path)


GOOD = {"0.down": torch.tensor([[1.0, 2, 3]]).half(), "0.up": torch.tensor([[1.0], [10]]).half()}


def test_up_times_down_is_added(tmp_path: Path, model: nn.Sequential) -> None:
    adapter.read(_file(tmp_path, **GOOD)).merge(model)
    assert model[0].weight.tolist() == [[2, 2, 3], [10, 21, 30]]


def test_numbers_of_less_precision_stay_what_they_are(tmp_path: Path, model: nn.Sequential) -> None:
    adapter.read(_file(tmp_path, **GOOD)).merge(model.bfloat16())
    assert model[0].weight.dtype == torch.bfloat16
    assert model[0].weight.tolist() == [[2, 2, 3], [10, 21, 30]]


def test_a_rerankers_adapter_has_a_head_and_comes_upon_another(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    head = {"head.weight": torch.tensor([[1.0, 2]]).half(), "head.bias": torch.tensor([3.0]).half()}
    save_file(GOOD | head, path, {"upon": "qa2"})
    found = adapter.read(str(path))
    assert list(found.layers) == ["0"]
    assert {name: one.tolist() for name, one in found.head.items()} == {"weight": [[1, 2]], "bias": [3]}
    assert (found.upon, found.pointer) == ("qa2", {})
    plain = adapter.read(_file(tmp_path, **GOOD))
    assert (plain.head, plain.pointer, plain.upon) == ({}, {}, "")
    save_file(GOOD | head | {"pointer.weight": torch.tensor([[4.0, 5]]).half()}, path)
    pointing = adapter.read(str(path))
    assert list(pointing.layers) == ["0"]
    assert {name: one.tolist() for name, one in pointing.pointer.items()} == {"weight": [[4, 5]]}


@pytest.mark.parametrize("upon", ["", "qa2"])
def test_what_is_written_is_read(tmp_path: Path, upon: str) -> None:
    # as what has learnt has it: parameters, and one that lies another way round in memory
    down = nn.Parameter(torch.tensor([[1.0, 4], [2, 5], [3, 6]])).T
    layers = {"0": (down, torch.tensor([[1.0, 2], [10, 20]]))}
    head = {"weight": torch.tensor([[1.0, 2]]), "bias": torch.tensor([3.0])} if upon else {}
    pointer = {"weight": torch.tensor([[4.0, 5]])} if upon else {}
    path = tmp_path / "some.safetensors"
    Adapter(path, layers, head, pointer, upon).write()
    found = adapter.read(str(path))
    assert (found.file, found.upon) == (path, upon)
    torch.testing.assert_close(found.layers["0"], (down.detach(), layers["0"][1]))
    torch.testing.assert_close((found.head, found.pointer), (head, pointer))
    assert all(one.dtype == torch.float16 for one in load_file(path).values())


@pytest.mark.parametrize(
    "tensors",
    [
        {"1.down": torch.ones(1, 3), "1.up": torch.ones(2, 1)},
        {"0.down": torch.ones(1, 3)},
        {"0.down": torch.ones(1, 4), "0.up": torch.ones(2, 1)},
        GOOD | {"bias": torch.ones(1)},
    ],
    ids=["another layer", "half of one", "another shape", "more than adapters"],
)
def test_another_models_adapter_is_refused(
    tmp_path: Path, model: nn.Sequential, tensors: dict[str, torch.Tensor]
) -> None:
    with pytest.raises(ModelUnavailable, match=r"some\.safetensors: no adapter of this model"):
        adapter.read(_file(tmp_path, **tensors)).merge(model)


@pytest.mark.parametrize("data", [None, b"", b"pickle" * 9])
def test_a_file_that_is_none_is_refused(tmp_path: Path, model: nn.Sequential, data: bytes | None) -> None:
    path = tmp_path / "none.safetensors"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ModelUnavailable, match=r"none\.safetensors: (no adapter of this model|No such)"):
        adapter.read(str(path))


def test_another_file_at_the_same_path_is_another_adapter(
    tmp_path: Path, model: nn.Sequential, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, **GOOD)
    monkeypatch.chdir(tmp_path)
    name = Settings.load(model="multilingual-e5-small+some.safetensors").model
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert name == f"multilingual-e5-small+{path}@{digest[:12]}"
    assert Settings.load(model=name).model == name
    learnt = name.partition("+")[2]
    adapter.read(learnt)
    _file(tmp_path, **{"0.down": torch.ones(1, 3), "0.up": torch.ones(2, 1)})
    assert Settings.load(model="multilingual-e5-small+some.safetensors").model != name
    with pytest.raises(ModelUnavailable, match=r"some\.safetensors: not the adapter that"):
        adapter.read(learnt)


@pytest.mark.parametrize("name", list(adapter.SHIPPED))
def test_what_ships_is_what_it_is_said_to_be(name: str) -> None:
    assert adapter.full_name(name) == name
    path = adapter.FOLDER / f"{name}.safetensors"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == adapter.SHIPPED[name]
    assert path.stat().st_size < 3_000_000
