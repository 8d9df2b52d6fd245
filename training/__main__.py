"""``python -m training retriever|reranker DATA --out FOLDER``: the adapters, made again; ``pointer DATA
ADAPTER --out FOLDER``: what a reranker's has beside; ``questions --out FOLDER``: what measures them."""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import nn
from transformers import BertModel

from retrieval import adapter, bundled_e5, bundled_reranker, e5_file, encoder, precision
from retrieval.adapter import Adapter
from retrieval.encoder import Encoder
from retrieval.errors import ModelUnavailable
from retrieval.search import small_talk as search
from retrieval.settings import BUNDLED_MODEL
from training import jaquad, loop, lora, measuring, mining, pointer, reranker, retriever, small_talk, written
from training.data import TrainingSet
from training.pointer import States

FILE = "adapter.safetensors"  # what is made, in its folder
UPON = "qa2"  # the encoder's adapter that the reranker's comes upon
SHARE_OF_TEXTS = 0.5  # of the batches

log = logging.getLogger(__name__)
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Data = Annotated[Path, typer.Argument(help="the training set, gzip", exists=True)]
Out = Annotated[Path, typer.Option(help="folder for what is made; begun there, it goes on")]
Seed = Annotated[int, typer.Option(help="the same seed makes the same adapter")]
Steps = Annotated[int, typer.Option(min=1)]
LearningRate = Annotated[float, typer.Option(min=0)]
After = Annotated[str, typer.Option(help="reranker's adapter to go on from: one that ships, or a file")]


@app.command(name="retriever")
def make_retriever(
    path: Data, out: Out, seed: Seed = 1, steps: Steps = 600, learning_rate: LearningRate = 5e-4
) -> None:
    """The adapter of the encoder."""
    _begin(out, seed)
    sets = _sets(path, seed, encoder.load(BUNDLED_MODEL), out)
    model = bundled_e5.model(e5_file.read())
    trainee = retriever.Trainee(model.transformers_model, model.tokenizer)
    adapters = _adapters(trainee.model)
    loop.run(
        loop.Plan(steps, learning_rate, str(seed)),
        lora.parameters(adapters),
        lambda chance: retriever.loss(trainee, _one(sets, chance), chance),
        lambda: _each(sets, lambda known: retriever.validated(trainee, known)),
        out,
    )
    Adapter(out / FILE, lora.layers(adapters), head={}, pointer={}, upon="").write()


@app.command(name="reranker")
def make_reranker(
    path: Data,
    out: Out,
    seed: Seed = 1,
    steps: Steps = 960,
    learning_rate: LearningRate = 5e-4,
    after: After = "",
) -> None:
    """The adapter and the head of the reranker."""
    before = _reranker(after) if after else None
    _begin(out, seed)
    sets = _sets(path, seed, encoder.load(f"{BUNDLED_MODEL}+{UPON}"), out)
    model = bundled_e5.model(e5_file.read())
    bert: BertModel = model.transformers_model
    adapter.read(UPON).merge(bert)
    adapters = _adapters(bert)
    width = bert.config.hidden_size
    head, pointer = (nn.Linear(width, outputs).to(bert.device) for outputs in (1, 2))
    trainee = reranker.Trainee(bert, head, pointer, model.tokenizer)
    if before:
        lora.begin(adapters, before)
        head.load_state_dict(dict(before.head))
    loop.run(
        # other draws than those that were learnt from before
        loop.Plan(steps, learning_rate, f"{seed} again" if before else str(seed)),
        [*lora.parameters(adapters), *trainee.parameters()],
        lambda chance: reranker.loss(trainee, _one(sets, chance), chance),
        lambda: _each(sets, lambda known: reranker.validated(trainee, known)),
        out,
    )
    Adapter(out / FILE, lora.layers(adapters), dict(head.named_parameters()), pointer={}, upon=UPON).write()


@app.command(name="pointer")
def make_pointer(
    path: Data,
    name: Annotated[str, typer.Argument(metavar="ADAPTER", help="a reranker's: one that ships, or a file")],
    out: Annotated[Path, typer.Option(help="folder for what is made")],
    seed: Seed = 1,
) -> None:
    """The adapter of a reranker with what points at the sentence that answers, beside all that it has."""
    before = _reranker(name)
    _begin(out, seed)
    learner = bundled_reranker.load(name, name)
    chance = random.Random(seed)
    learnt: list[States] = []
    held_out: dict[str, list[States]] = {}
    for kind, known in _known(path, seed).items():
        learnt += pointer.states(learner, pointer.drawn(known, known.learnt, pointer.LEARNT, chance))
        validation = pointer.drawn(known, known.validated, pointer.VALIDATED, chance)
        held_out[kind] = pointer.states(learner, validation)
    fitted = pointer.fitted(learnt, seed)
    for kind, own in held_out.items():
        log.info("%s: of %d, the sentence is right in %.3f", kind, len(own), pointer.validated(fitted, own))
    replace(before, file=out / FILE, pointer=dict(fitted.named_parameters())).write()


@app.command(name="small-talk")
def make_small_talk(path: Data, out: Out, seed: Seed = 1) -> None:
    """What tells small talk from questions: the search's `small_talk.json`."""
    _begin(out, seed)
    by = encoder.load(f"{BUNDLED_MODEL}+{UPON}")
    typed = small_talk.read(small_talk.FOLDER, list(_known(path, seed).values()), seed)
    fitted = small_talk.fitted(typed, by, f"python -m training small-talk {path.name} --seed {seed}")
    (out / search.FILE.name).write_text(search.to_json(by.name, fitted), encoding="utf-8")


@app.command(name="questions")
def make_questions(
    out: Out, texts: Annotated[Path, typer.Option(help="folder with the texts")] = written.MEASURED
) -> None:
    """Documents and a question set of texts that are not learnt from, for `retrieval evaluate`."""
    measuring.write(written.read(texts, seed=1), out)


def _begin(out: Path, seed: int) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("faiss").setLevel(logging.WARNING)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)


def _sets(path: Path, seed: int, by: Encoder, out: Path) -> Mapping[str, TrainingSet]:
    """What is learnt from, with negatives that are mined by that encoder."""
    return {name: mining.mine(known, by, out / name) for name, known in _known(path, seed).items()}


def _known(path: Path, seed: int) -> Mapping[str, TrainingSet]:
    return {"texts": written.read(written.FOLDER, seed), "jaquad": jaquad.read(path, seed)}


def _reranker(name: str) -> Adapter:
    """A reranker's adapter upon the same encoder, to go on from."""
    try:
        learnt = adapter.read(name)
    except ModelUnavailable as error:
        raise typer.BadParameter(str(error)) from None
    if not learnt.head or learnt.upon != UPON:
        raise typer.BadParameter(f"{name}: no reranker's adapter upon {UPON}; name another")
    return learnt


def _one(sets: Mapping[str, TrainingSet], chance: random.Random) -> TrainingSet:
    """What a batch is drawn from: its questions are of one kind, or the kind would tell them apart."""
    return sets["texts" if chance.random() < SHARE_OF_TEXTS else "jaquad"]


def _each(
    sets: Mapping[str, TrainingSet], validated: Callable[[TrainingSet], Mapping[str, float]]
) -> dict[str, float]:
    """What a validation says of each set."""
    return {
        f"{name} {measure}": value
        for name, known in sets.items()
        for measure, value in validated(known).items()
    }


def _adapters(model: BertModel) -> dict[str, lora.LowRank]:
    """The adapters of the model, where it computes from now on."""
    if precision.device() == "cpu":
        # torch's fused attention is twice as slow backwards there
        model.set_attn_implementation("eager")
    adapters = lora.attach(model)
    model.to(precision.device())
    return adapters


if __name__ == "__main__":
    app()
