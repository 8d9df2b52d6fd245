"""The reranker's training, with a set that is made here and a model of a few kilobytes."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training import data, loop, lora, reranker
from training.data import Negative
from training.reranker import Candidate, Trainee

WIDTH = 16


@pytest.fixture
def trainee(known: data.TrainingSet) -> Trainee:
    signs = sorted({*known.paragraphs[0].text, *known.paragraphs[0].title, *known.learnt[0].text})
    vocabulary = {name: number for number, name in enumerate(["[PAD]", "[UNK]", "[SEP]", *signs])}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    words.post_processor = processors.TemplateProcessing("$A [SEP]", "$A [SEP] $B [SEP]", [("[SEP]", 2)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="[PAD]",
        unk_token="[UNK]",
        model_input_names=["input_ids", "attention_mask"],
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=WIDTH,
        initializer_range=0.5,
        attn_implementation="eager",
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    return Trainee(model, nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 2), tokenizer)


@pytest.fixture
def mined(known: data.TrainingSet) -> data.TrainingSet:
    """With the three paragraphs behind its own as each question's negatives."""
    count = len(known.paragraphs)
    negatives = [
        [Negative((one.paragraph + step) % count, sentence=0) for step in (1, 2, 3)]
        for one in known.learnt + known.validated
    ]
    return data.with_negatives(known, negatives)


def test_scores_come_in_the_order_of_the_candidates(trainee: Trainee) -> None:
    texts = ["市長は田中です。" * count for count in (3, 1, 2)]
    together, _ = trainee.read([Candidate("市長は", text) for text in texts])
    alone = [trainee.read([Candidate("市長は", text)])[0] for text in texts]
    torch.testing.assert_close(together, torch.cat(alone), atol=0.05, rtol=0.05)


def test_pointing_is_the_cross_entropy_of_the_answers_place(trainee: Trainee) -> None:
    for part in trainee.pointer.parameters():
        part.data.zero_()
    # seven tokens, each as likely as the others
    said = Candidate("市", "田中です", answer=(0, 1))
    _, pointing = trainee.read([said, Candidate("市", "町")])
    assert pointing.item() == pytest.approx(torch.log(torch.tensor(7.0)).item())
    assert trainee.read([Candidate("市", "町")])[1].item() == 0


@pytest.mark.parametrize(("draw", "right"), [(reranker._answered, 1), (reranker._unanswered, 0)])
def test_what_answers_by_chance_is_no_wrong_text(
    mined: data.TrainingSet,
    draw: Callable[..., list[Candidate]],
    right: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reranker, "LENGTHS", (8,))  # a sentence alone: else every text has the answer
    for seed in range(20):
        drawn = draw(mined, mined.learnt[0], 4, random.Random(seed))
        assert len(drawn) > right
        assert [("田中" in one.text) for one in drawn] == [True] * right + [False] * (len(drawn) - right)


def test_it_learns_which_text_answers(
    mined: data.TrainingSet, trainee: Trainee, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reranker, "LENGTHS", (8,))
    monkeypatch.setattr(reranker, "QUESTIONS", 12)
    monkeypatch.setattr(reranker, "CANDIDATES", 4)
    adapters = lora.attach(trainee.model, rank=4)
    before = reranker.validated(trainee, mined)
    loop.run(
        loop.Plan(40, 0.01, "1"),
        [*lora.parameters(adapters), *trainee.parameters()],
        lambda chance: reranker.loss(trainee, mined, chance),
        dict,
        tmp_path,
    )
    after = reranker.validated(trainee, mined)
    assert before.keys() == after.keys() == {"first", "auroc"}
    assert after == {"first": 1, "auroc": 1}
