"""How near a build's encoding comes to what the processor can do.

    PYTHONPATH=. python bench/encoding.py BEIR_FOLDER

The floating-point operations that the tokens of passages and sentences need, by the time that a build takes
to encode them, against the rate of plain matrix products of the model's own shapes on the same processor,
in turn in each round. Padding, tokenising, attention's softmax and all else that is no product counts
against the build. The machine is shared and noisy: the share of one round is what can be compared.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from retrieval import Settings, documents, load_encoder, passages, wording
from retrieval.encoder import SentenceTransformerEncoder
from retrieval.index import reuse
from retrieval.index.reuse import Known

ROUNDS = 5
PASSAGES = 300
ROWS = 1024  # tokens that are multiplied at once
PRODUCTS = 20  # of each shape, a round


def main(folder: Path) -> None:
    """Print the figures."""
    settings = Settings.load()
    encoder = load_encoder(settings.model)
    assert isinstance(encoder, SentenceTransformerEncoder)
    texts = _texts(folder, settings.passage_size)
    lengths = np.array([len(own) for own in encoder.model.tokenizer(texts)["input_ids"]])
    linear = [one for one in encoder.model[0].modules() if isinstance(one, torch.nn.Linear)]
    needed = _operations(linear, lengths)
    print(f"{len(texts):,} texts, {lengths.sum():,} tokens, {needed / 1e12:.2f} TFLOP, {encoder.numbers}")
    shares = []
    for _ in range(ROUNDS):
        took = _encoding(encoder, texts)
        possible = _rate(linear)
        shares.append(needed / took / possible)
        print(
            f"{lengths.sum() / took:,.0f} tokens/s, {needed / took / 1e9:.0f} GFLOP/s of"
            f" {possible / 1e9:.0f}: {shares[-1]:.0%}",
            flush=True,
        )
    print(f"share: median {np.median(shares):.0%}, {min(shares):.0%} to {max(shares):.0%}")


def _texts(folder: Path, size: int) -> list[str]:
    """Of the first passages what a build encodes: themselves, and their sentences."""
    texts: list[str] = []
    for one in documents.read_all(folder / "corpus.jsonl", "corpus.jsonl"):
        if isinstance(one, documents.Document) and len(texts) < PASSAGES * 6:
            own = passages.split(one, size)
            texts += wording.of_passages(one, own)
            texts += [wording.of_sentence(one, sentence) for each in own for sentence in each.sentences]
    return list(dict.fromkeys(texts))


def _operations(linear: list[torch.nn.Linear], lengths: NDArray[np.int64]) -> float:
    """Two for each weight and token, and in attention four for each pair of tokens and value, a layer."""
    weights = sum(one.weight.numel() for one in linear)
    width = linear[0].in_features
    layers = sum(one.out_features > width for one in linear)  # each has one that widens
    return float(2 * weights * lengths.sum() + 4 * layers * width * (lengths**2).sum())


def _encoding(encoder: SentenceTransformerEncoder, texts: list[str]) -> float:
    """Seconds, as a build encodes them."""
    with tempfile.TemporaryDirectory() as folder:
        known = Known(Path(folder), encoder)
        start = time.perf_counter()
        known.rows(texts, reuse.keys_of(texts), lambda _: None)
        return time.perf_counter() - start


def _rate(linear: list[torch.nn.Linear]) -> float:
    """Operations a second in products of the layers' shapes, one after the other."""
    shapes = {(one.in_features, one.out_features): one for one in linear}
    done = spent = 0.0
    with torch.inference_mode():
        for one in shapes.values():
            given = torch.randn(ROWS, one.in_features).to(one.weight)
            one(given)
            start = time.perf_counter()
            for _ in range(PRODUCTS):
                one(given)
            spent += (time.perf_counter() - start) / PRODUCTS * _count(linear, one)
            done += 2.0 * ROWS * one.weight.numel() * _count(linear, one)
    return done / spent


def _count(linear: list[torch.nn.Linear], like: torch.nn.Linear) -> int:
    return sum(one.weight.shape == like.weight.shape for one in linear)


if __name__ == "__main__":
    typer.run(main)
