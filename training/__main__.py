"""``python -m training retriever|reranker DATA --out FOLDER``: the adapters, made again."""

import logging
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import nn
from transformers import BertModel

from retrieval import adapter, bundled_e5, e5_file, encoder
from retrieval.settings import BUNDLED_MODEL
from training import data, loop, lora, mining, reranker, retriever

UPON = "qa1"  # the adapter that the reranker's comes upon

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Data = Annotated[Path, typer.Argument(help="the training set, gzip", exists=True)]
Out = Annotated[Path, typer.Option(help="folder for what is made; begun there, it goes on")]
Seed = Annotated[int, typer.Option(help="the same seed makes the same adapter")]
Steps = Annotated[int, typer.Option(min=1)]
LearningRate = Annotated[float, typer.Option(min=0)]


@app.command(name="retriever")
def make_retriever(
    path: Data, out: Out, seed: Seed = 1, steps: Steps = 500, learning_rate: LearningRate = 2e-4
) -> None:
    """The adapter of the encoder."""
    known = _begin(path, out, seed)
    negatives = mining.mine(known.paragraphs, known.learnt, encoder.load(BUNDLED_MODEL), out)
    model = bundled_e5.model(e5_file.read())
    trainee = retriever.Trainee(model.transformers_model, model.tokenizer)
    adapters = _adapters(trainee.model)
    loop.run(
        loop.Plan(steps, learning_rate, seed),
        lora.parameters(adapters),
        lambda chance: retriever.loss(trainee, known, negatives, chance),
        lambda: retriever.validated(trainee, known),
        out,
    )
    lora.save(adapters, out / "adapter.safetensors")


@app.command(name="reranker")
def make_reranker(
    path: Data, out: Out, seed: Seed = 1, steps: Steps = 1500, learning_rate: LearningRate = 5e-4
) -> None:
    """The adapter and the head of the reranker."""
    known = _begin(path, out, seed)
    asked = known.learnt + known.validated
    negatives = mining.mine(known.paragraphs, asked, encoder.load(BUNDLED_MODEL), out)
    model = bundled_e5.model(e5_file.read())
    bert: BertModel = model.transformers_model
    adapter.read(UPON).merge(bert)
    width = bert.config.hidden_size
    trainee = reranker.Trainee(bert, nn.Linear(width, 1), nn.Linear(width, 2), model.tokenizer)
    adapters = _adapters(trainee.model)
    loop.run(
        loop.Plan(steps, learning_rate, seed),
        [*lora.parameters(adapters), *trainee.parameters()],
        lambda chance: reranker.loss(trainee, known, negatives, chance),
        lambda: reranker.validated(trainee, known, negatives[len(known.learnt) :]),
        out,
    )
    lora.save(adapters, out / "adapter.safetensors", trainee.head, UPON)


def _begin(path: Path, out: Path, seed: int) -> data.TrainingSet:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("faiss").setLevel(logging.WARNING)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    return data.read(path, seed)


def _adapters(model: BertModel) -> dict[str, lora.LowRank]:
    # torch's fused attention is twice as slow backwards on processors
    model.set_attn_implementation("eager")
    return lora.attach(model)


if __name__ == "__main__":
    app()
