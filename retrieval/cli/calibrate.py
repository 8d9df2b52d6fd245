"""``calibrate``: the confidence, fitted to question sets."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from retrieval.cli import asking
from retrieval.cli.asking import TakeAway
from retrieval.cli.console import Index, Model, RerankerName, Seeds, out
from retrieval.errors import UsageError
from retrieval.evaluation import answering, run
from retrieval.evaluation.summary import ANSWERING, figure
from retrieval.index import durable
from retrieval.search import confidence


def calibrate(
    sets: Annotated[
        list[str],
        typer.Argument(
            metavar="SET[=DOCUMENTS]…",
            help="JSON Lines sets, or BEIR folders; behind a = the documents that one is asked over.",
        ),
    ],
    to: Annotated[Path, typer.Option("--out", help="The file to write.")] = confidence.FILE,
    take_away: TakeAway = False,
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
    reranker: RerankerName = None,
) -> int:
    """Fit the confidence to question sets, cross-validated by document, and write it.

    Each set counts the same; each reranker has a fit of its own. What changed is shown first: how each
    is answered now, and how it would be by a model that has not seen the question's document.
    """
    # two seconds to import: not for every command to pay
    from retrieval.evaluation.calibrate import calibrate as fit

    if not os.access(to.parent, os.W_OK):  # known before the minutes of work
        raise UsageError(f"--out {to}: no folder that can be written to; make it, or name another")
    loaded = [(asking.load(path, take_away=take_away), over) for path, over in map(_set, sets)]
    names = [f"{one.name} over {over.name}" if over else one.name for one, over in loaded]
    asked = []
    for one, over in loaded:
        searcher = asking.searcher(one, over or seeds, index, model=model, reranker=reranker)
        asking.refuse(run.check(one, searcher.index.catalog), lenient=False)
        asked.append(asking.ask(searcher, one))
    fitted = fit(asked, f"calibrate {', '.join(names)}{' --take-away' if take_away else ''}")
    for name, answers, after in zip(names, asked, fitted.cross_validated, strict=True):
        before = answering.measure(answers)
        rows = {what: (getattr(before, what), getattr(after, what)) for what in ANSWERING}
        out.print(_before_and_after(name, rows))
    now = searcher.confidence
    rows = {"intercept": (now.intercept, fitted.model.intercept)}
    rows |= {name: (now.weights[name], fitted.model.weights[name]) for name in confidence.EVIDENCE}
    out.print(_before_and_after("", rows | {"threshold": (now.threshold, fitted.model.threshold)}))
    durable.replace(to, confidence.to_json(searcher.reranker, fitted.model).encode())
    out.print(Text(f"written: {to}"))
    return 0


def _set(argument: str) -> tuple[Path, Path | None]:
    """``SET=DOCUMENTS`` or ``SET`` as paths."""
    path, _, documents = argument.partition("=")
    return Path(path), Path(documents) if documents else None


def _before_and_after(name: str, rows: Mapping[str, tuple[float, float]]) -> Table:
    table = Table(name, "before", "after", box=SIMPLE_HEAD, pad_edge=False)
    for what, values in rows.items():
        table.add_row(what, *map(figure, values))
    return table
