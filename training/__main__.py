"""``python -m training retriever DATA --out FOLDER``: the adapters, made again."""

import logging
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import BertModel

from retrieval import bundled_e5, encoder
from retrieval.settings import BUNDLED_MODEL
from training import data, loop, lora, mining, retriever

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
    model = bundled_e5.load()
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
