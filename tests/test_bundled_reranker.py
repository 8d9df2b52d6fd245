"""The reranker of the bundled model: how it points, by hand, and the adapters that make it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from retrieval import adapter, bundled_reranker, reranker
from retrieval.bundled_reranker import pointing
from retrieval.errors import ModelUnavailable
from retrieval.settings import BUNDLED_MODEL
from retrieval.wording import Excerpt

SHIPPED = adapter.FOLDER / "rr4.safetensors"


def test_a_sentence_is_as_likely_as_its_tokens_together() -> None:
    logits = torch.tensor([9.0, 1.0, 2.0, 3.0, 7.0]).log()
    places = torch.tensor([-1, 0, 0, 1, -1])  # the first and the last are of no sentence
    assert pointing(logits, places, 2).exp().tolist() == pytest.approx([3 / 6, 3 / 6])
    # a sentence without tokens was cut off, and is not pointed at
    assert pointing(logits, places, 3).exp().tolist() == pytest.approx([3 / 6, 3 / 6, 0])
    assert pointing(logits, torch.full((5,), -1), 2).exp().tolist() == pytest.approx([1 / 2, 1 / 2])


def test_each_token_is_of_the_sentence_in_which_it_starts() -> None:
    loaded = bundled_reranker.load("own", "rr4")
    excerpts = [Excerpt("題", 0, ("甲乙。", "丙丁。")), Excerpt("", 4, ("一つの文。",))]
    states, places = loaded.states(["甲は", "長い質問はどれですか"], excerpts)
    assert (states.shape[:2], states.dtype) == (places.shape, torch.float32)
    for own, one in zip(places.tolist(), excerpts, strict=True):
        of_text = [number for number in own if number >= 0]
        # each sentence's tokens are together, in the order of the sentences
        assert of_text == sorted(of_text)
        assert set(of_text) == set(range(len(one.sentences)))
        assert own[0] == own[-1] == -1


def test_a_text_that_is_too_long_for_the_model_is_cut_and_read() -> None:
    said = reranker.load(f"{BUNDLED_MODEL}+rr4").read(
        "鳥は" * 900, [Excerpt("", 0, ("鳥が鳴く。" * 200, "犬。"))]
    )
    assert said.odds.shape == (1,)
    first, cut_off = said.pointed[0].tolist()
    assert (first, cut_off) == (pytest.approx(0, abs=1e-3), pytest.approx(-1e4, rel=0.1))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("head.weight", torch.ones(1, 3), "its head is of another model"),
        ("pointer.weight", torch.ones(2, 384), "its head is of another model"),
        ("pointer.other", torch.ones(1), "its head is of another model"),
        ("head.other", torch.ones(1), "no reranker's adapter, it has no head"),
    ],
)
def test_heads_of_another_model_are_refused(
    tmp_path: Path, name: str, value: torch.Tensor, reason: str
) -> None:
    path = tmp_path / "some.safetensors"
    save_file(load_file(SHIPPED) | {name: value.half()}, path, {"upon": "qa2"})
    with pytest.raises(ModelUnavailable, match=rf"some\.safetensors: {reason}"):
        bundled_reranker.load("some", str(path))


def test_one_that_never_learnt_to_point_points_at_every_sentence_alike(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    tensors = {name: one for name, one in load_file(SHIPPED).items() if name != "pointer.weight"}
    save_file(tensors, path, {"upon": "qa2"})
    loaded = bundled_reranker.load("some", str(path))
    excerpt = Excerpt("", 0, ("委員会は九月に開かれた。", "議長は大統領である。"))
    said = loaded.read("議長は誰か", [excerpt])
    assert said.pointed[0].tolist() == pytest.approx([-0.6931472] * 2)
    assert (
        said.odds.tolist() == bundled_reranker.load("own", "rr4").read("議長は誰か", [excerpt]).odds.tolist()
    )
