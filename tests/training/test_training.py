"""The training's parts, with a model and a set that are made here."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import nn

from retrieval.adapter import Adapter
from training import asking, batches, data, figures, loop, lora, retriever
from training.data import Negative
from training.lora import LowRank


def test_articles_are_divided_and_the_answers_sentence_is_known(known: data.TrainingSet) -> None:
    assert (len(known.learnt), len(known.validated)) == (24, 1)
    titles = [
        {known.paragraphs[one.paragraph].title for one in own} for own in (known.learnt, known.validated)
    ]
    assert not titles[0] & titles[1]
    assert {one.sentence for one in known.learnt} == {1}


@pytest.mark.parametrize(
    ("size", "said"),
    [(1, {"市長は田中です。"}), (99, {"一つ目の文です。市長は田中です。三つ目の文です。"})],
)
def test_a_window_is_as_wide_as_its_size_allows(known: data.TrainingSet, size: int, said: set[str]) -> None:
    assert {known.paragraphs[0].window(1, size, random.Random(seed)) for seed in range(4)} == said


def test_the_sentence_at_a_place(known: data.TrainingSet) -> None:
    paragraph = known.paragraphs[0]
    assert [paragraph.sentence_at(place) for place in (0, 7, 8, 15, 16, 99)] == [0, 0, 1, 1, 2, 2]


def test_right_and_wrong_passages_are_of_one_length(
    known: data.TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or to be long would be to be wrong, which is easier to learn than to answer."""
    monkeypatch.setattr(retriever, "PASSAGES", 9)
    for size, count in ((8, 1), (16, 2), (99, 3)):
        monkeypatch.setattr(retriever, "LENGTHS", (size,))
        mined = data.with_negatives(known, [[Negative(paragraph=at, sentence=0)] for at in range(25)])
        batch = retriever._passages(mined, random.Random(size))
        wrong = [text for one in batch for text in one.wrong]
        said = [text.rpartition("\n")[2].count("。") for text in [one.right for one in batch] + wrong]
        assert set(said) == {count}
        # one found, and one beside it where chance has not drawn the right one;
        # what says the answer by chance is not taken for wrong
        assert len(wrong) in (range(9, 19) if size == 8 else [0])


def test_wrong_sentences_are_beside_the_right_one_or_found(
    known: data.TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "SENTENCES", 9)
    mined = data.with_negatives(known, [[Negative(paragraph=at, sentence=2)] for at in range(25)])
    for one in retriever._sentences(mined, random.Random(1)):
        assert one.right == "市長は田中です。"
        assert one.wrong[0] in {"一つ目の文です。", "三つ目の文です。"}
        assert one.wrong[1] == "三つ目の文です。"
        assert one.unanswered == ()


def test_texts_of_about_one_length_go_together() -> None:
    texts = ["ccc", "a", "dddd", "bb", "eeeee"]
    parts, back = batches.by_length(texts, 2)
    assert parts == [[1, 3], [0, 2], [4]]
    laid = [texts[at] for part in parts for at in part]
    assert [laid[at] for at in back.tolist()] == texts


def test_what_is_computed_again_gives_the_same_gradients() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    found = batches.frugally(lambda given: (given**3).sum(), x)
    found.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [3, 12]
    with torch.inference_mode():
        assert batches.frugally(lambda given: given + 1, 1) == 2


def test_a_question_by_its_keywords_and_without_particles() -> None:
    question = "スネーク川沿いにあるワイン生産地域は何ですか?"
    assert asking.keywords(question) == "スネーク川沿い ワイン生産地域"
    assert asking.without_particles(question) == "スネーク川沿いあるワイン生産地域何"


def test_a_question_in_another_language_is_asked_as_it_is() -> None:
    question = "Which wine region lies along the river?"
    assert {asking.anew(question, random.Random(seed)) for seed in range(99)} == {question}


def test_the_chance_to_be_above() -> None:
    assert figures.auroc([3.0, 1.0], [1.0, 2.0, 0.0]) == 0.75  # 3 of 3, 1.5 of 3
    assert figures.share([True, False, False]) == 0.3333


class _Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList([nn.Linear(4, 4)])})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.encoder["layer"][0](x)  # type: ignore[index]
        return found


def _learn(folder: Path, *stops: int) -> tuple[nn.Module, dict[str, lora.LowRank]]:
    """A small model that learns to turn its input round, begun anew at each of `stops`."""
    folder.mkdir(exist_ok=True)
    for steps in stops:
        torch.manual_seed(3)
        model = _Small()
        adapters = lora.attach(model, rank=2)

        def loss(chance: random.Random, model: nn.Module = model, last: int = steps) -> torch.Tensor:
            if len((folder / "log.jsonl").read_text().split("\n")) > last:
                raise KeyboardInterrupt
            x = torch.tensor([[chance.random() for _ in range(4)]])
            return ((model(x) + x) ** 2).mean()

        (folder / "log.jsonl").touch()
        try:
            loop.run(loop.Plan(240, 0.01, "1"), lora.parameters(adapters), loss, dict, folder)
        except KeyboardInterrupt:
            continue
    return model, adapters


def test_broken_off_and_gone_on_with_is_as_if_never_broken_off(tmp_path: Path) -> None:
    whole, _ = _learn(tmp_path / "whole", 999)
    parts, _ = _learn(tmp_path / "parts", 8, 999)
    for one, other in zip(whole.parameters(), parts.parameters(), strict=True):
        assert torch.equal(one, other)
    losses = [
        json.loads(line).get("loss") for line in (tmp_path / "whole/log.jsonl").read_text().splitlines()
    ]
    found = [loss for loss in losses if loss is not None]
    assert found[-1] < found[0]


def _adapter(adapters: Mapping[str, LowRank]) -> Adapter:
    return Adapter(Path("none"), lora.layers(adapters), head={}, pointer={}, upon="")


def test_what_was_learnt_is_merged_into_the_model_that_learnt_it(tmp_path: Path) -> None:
    learnt, adapters = _learn(tmp_path, 999)
    torch.manual_seed(3)
    plain = _Small()
    _adapter(adapters).merge(plain)
    x = torch.rand(5, 4)
    torch.testing.assert_close(plain(x), learnt(x), atol=1e-3, rtol=1e-2)


def test_what_was_learnt_is_begun_with(tmp_path: Path) -> None:
    learnt, adapters = _learn(tmp_path, 999)
    torch.manual_seed(3)
    anew = _Small()
    lora.begin(lora.attach(anew, rank=2), _adapter(adapters))
    x = torch.rand(5, 4)
    torch.testing.assert_close(anew(x), learnt(x), atol=1e-3, rtol=1e-2)
