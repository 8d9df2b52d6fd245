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
    # one that has no token of its own is as likely as the least of the others
    assert pointing(logits, torch.tensor([-1, 0, -1, 2, -1]), 3).exp().tolist() == pytest.approx(
        [0.2, 0.2, 0.6]
    )
    assert pointing(logits, torch.full((5,), -1), 2).exp().tolist() == pytest.approx([1 / 2, 1 / 2])


@pytest.mark.parametrize("head", ["", "題"])
@pytest.mark.parametrize(
    "sentences",
    [
        ("甲乙。", "丙丁。"),
        ("一つの文。",),
        ("Tanaka chairs it.", "The committee meets."),
        ("1947", "年に始まった。"),
        ("Танака", "— председатель."),
    ],
)
def test_each_token_is_of_the_sentence_in_which_it_ends(head: str, sentences: tuple[str, ...]) -> None:
    loaded = bundled_reranker.load("own", "rr4")
    excerpts = [Excerpt(head, 0, sentences), Excerpt("", 4, ("短い。",))]
    states, places = loaded.states(["甲は", "長い質問はどれですか"], excerpts)
    assert (states.shape[:2], states.dtype) == (places.shape, torch.float32)
    for own, one in zip(places.tolist(), excerpts, strict=True):
        # every sentence has tokens, and they are together, in the order of the sentences
        of_text = [number for number in own if number >= 0]
        assert of_text == sorted(of_text)
        assert set(of_text) == set(range(len(one.sentences)))
        assert own[0] == own[-1] == -1


@pytest.mark.parametrize("sentence", ["Tanaka chairs it.", "1947", "Танака — председатель."])
def test_the_first_word_under_a_head_is_its_sentences(sentence: str) -> None:
    loaded = bundled_reranker.load("own", "rr4")
    counts = {
        int((loaded.states(["who"], [Excerpt(head, 0, (sentence,))])[1] == 0).sum())
        for head in ("", "題", "A b")
    }
    assert len(counts) == 1


def test_items_that_share_a_token_are_told_apart_by_the_others() -> None:
    # without blanks between them 東, 京 and 都 are one token
    said = bundled_reranker.load("own", "rr4").read(
        "首都は", [Excerpt("", 0, ("東", "京", "都", "首都である。"))]
    )
    assert (said.pointed[0] > -50).all()


def test_a_text_that_is_too_long_for_the_model_is_cut_and_read() -> None:
    said = reranker.load(f"{BUNDLED_MODEL}+rr4").read(
        "鳥は" * 900, [Excerpt("", 0, ("鳥が鳴く。" * 200, "犬。"))]
    )
    assert said.odds.shape == (1,)
    first, cut_off = said.pointed[0].tolist()
    assert first == cut_off == pytest.approx(-0.6931472)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("head.weight", torch.ones(1, 3), "one of its heads is of another model"),
        ("pointer.weight", torch.ones(2, 384), "one of its heads is of another model"),
        ("pointer.other", torch.ones(1), "one of its heads is of another model"),
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
