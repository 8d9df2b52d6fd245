"""Learning to point, with a set that is made here and states that are made by hand."""

import random

import pytest
import torch

from retrieval.wording import Excerpt
from training import batches, data, pointer
from training.pointer import Pointed, States


def test_texts_have_their_answer_and_other_sentences(known: data.TrainingSet) -> None:
    drawn = pointer.drawn(known, known.learnt, 9, random.Random(1))
    assert len(drawn) == 9
    for one in drawn:
        assert one.excerpt.sentences == ("一つ目の文です。", "市長は田中です。", "三つ目の文です。")
        assert one.excerpt.sentences[one.right] == "市長は田中です。"
    assert {one.excerpt.head[:1] for one in drawn} == {"", "町"}


def test_a_text_of_one_sentence_teaches_nothing(
    known: data.TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pointer, "LENGTHS", (8,))
    assert pointer.drawn(known, known.learnt, 9, random.Random(1)) == []


def test_what_tells_the_answer_is_learnt_and_the_same_seed_learns_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pointer, "LEARNING_RATE", 0.1)  # four values in 24 steps, not 384 in 700
    chance = torch.Generator().manual_seed(1)
    every = []
    for number in range(256):
        # six tokens, two of each sentence; the second value of those that answer is higher
        states, right = torch.randn(6, 4, generator=chance), number % 3
        states[2 * right : 2 * right + 2, 1] += 3
        every.append(States(states.half(), torch.tensor([0, 0, 1, 1, 2, 2]), 3, right))
    learnt = pointer.fitted(every[:200], seed=1)
    assert pointer.validated(learnt, every[200:]) > 0.9
    weights = learnt.weight[0].tolist()
    assert weights[1] > 5 * max(abs(one) for at, one in enumerate(weights) if at != 1)
    assert pointer.fitted(every[:200], seed=1).weight[0].tolist() == weights


def test_states_come_in_the_order_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lengths:
        """A token for each character, which is a sentence; its state is the length of the text."""

        def states(self, questions: list[str], excerpts: list[Excerpt]) -> tuple[torch.Tensor, torch.Tensor]:
            most = max(len(one.text) for one in excerpts)
            places = [[*range(len(one.text)), *[-1] * (most - len(one.text))] for one in excerpts]
            states = [[[float(len(one.text))]] * most for one in excerpts]
            return torch.tensor(states), torch.tensor(places)

    monkeypatch.setattr(batches, "together", lambda: 2)
    every = [Pointed("問", Excerpt("", 0, tuple("文" * count)), count - 1) for count in (3, 1, 5, 2, 4)]
    found = pointer.states(Lengths(), every)
    assert [one.tokens[:, 0].tolist() for one in found] == [[n] * n for n in (3, 1, 5, 2, 4)]
    assert [(one.count, one.right) for one in found] == [(3, 2), (1, 0), (5, 4), (2, 1), (4, 3)]
