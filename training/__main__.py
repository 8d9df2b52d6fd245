"""``python -m training retriever|analyses|reranker DATA --out FOLDER``: the adapters, made again."""

import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import nn
from transformers import BertModel

from retrieval import adapter, bundled_e5, e5_file, encoder
from retrieval.settings import BUNDLED_MODEL
from training import data, jaquad, loop, lora, measuring, mining, reranker, retriever, written

UPON = "qa1"  # the adapter that the others come upon
SHARE_OF_TEXTS = 0.75  # of the batches of `analyses`

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
    _begin(out, seed)
    known = mining.mine(jaquad.read(path, seed), encoder.load(BUNDLED_MODEL), out)
    _teach(loop.Plan(steps, learning_rate, seed), None, lambda _: known, known, out)


@app.command(name="analyses")
def make_analyst(
    path: Data, out: Out, seed: Seed = 1, steps: Steps = 180, learning_rate: LearningRate = 2e-4
) -> None:
    """The encoder's adapter, taught further by the texts written for it; so that nothing is unlearnt, now
    and then by the training set."""
    _begin(out, seed)
    texts, known = data.beside(written.read(written.FOLDER, seed)), data.beside(jaquad.read(path, seed))
    _teach(
        loop.Plan(steps, learning_rate, seed),
        adapter.read(UPON),
        lambda chance: texts if chance.random() < SHARE_OF_TEXTS else known,
        texts,
        out,
    )


@app.command(name="reranker")
def make_reranker(
    path: Data, out: Out, seed: Seed = 1, steps: Steps = 1500, learning_rate: LearningRate = 5e-4
) -> None:
    """The adapter and the head of the reranker."""
    _begin(out, seed)
    known = mining.mine(jaquad.read(path, seed), encoder.load(BUNDLED_MODEL), out)
    model = bundled_e5.model(e5_file.read())
    bert: BertModel = model.transformers_model
    adapter.read(UPON).merge(bert)
    width = bert.config.hidden_size
    trainee = reranker.Trainee(bert, nn.Linear(width, 1), nn.Linear(width, 2), model.tokenizer)
    adapters = _adapters(trainee.model)
    loop.run(
        loop.Plan(steps, learning_rate, seed),
        [*lora.parameters(adapters), *trainee.parameters()],
        lambda chance: reranker.loss(trainee, known, chance),
        lambda: reranker.validated(trainee, known),
        out,
    )
    lora.save(adapters, out / "adapter.safetensors", trainee.head, UPON)


@app.command(name="questions")
def make_questions(
    out: Out, texts: Annotated[Path, typer.Option(help="folder with the texts")] = written.MEASURED
) -> None:
    """Documents and a question set of texts that are not learnt from, for `retrieval evaluate`."""
    measuring.write(written.read(texts, seed=1), out)


def _teach(
    plan: loop.Plan,
    learnt: adapter.Adapter | None,
    taught: Callable[[random.Random], data.TrainingSet],
    validated: data.TrainingSet,
    out: Path,
) -> None:
    """The encoder by the set that each batch is `taught` from, beginning with what it has learnt."""
    model = bundled_e5.model(e5_file.read())
    trainee = retriever.Trainee(model.transformers_model, model.tokenizer)
    adapters = _adapters(trainee.model)
    if learnt:
        lora.begin(adapters, learnt)
    loop.run(
        plan,
        lora.parameters(adapters),
        lambda chance: retriever.loss(trainee, taught(chance), chance),
        lambda: retriever.validated(trainee, validated),
        out,
    )
    lora.save(adapters, out / "adapter.safetensors")


def _begin(out: Path, seed: int) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("faiss").setLevel(logging.WARNING)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)


def _adapters(model: BertModel) -> dict[str, lora.LowRank]:
    # torch's fused attention is twice as slow backwards on processors
    model.set_attn_implementation("eager")
    return lora.attach(model)


if __name__ == "__main__":
    app()
