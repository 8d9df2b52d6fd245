"""``calibrate``: the confidence, fitted to question sets."""

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
from retrieval.evaluation import answering, report, run
from retrieval.evaluation.report import figure
from retrieval.search import confidence


def calibrate(
    sets: Annotated[list[Path], typer.Argument(metavar="SET…", help="JSON Lines sets, or BEIR folders.")],
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

    loaded = [asking.load(one, take_away=take_away) for one in sets]
    asked = []
    for one in loaded:
        searcher = asking.searcher(one, seeds, index, model=model, reranker=reranker)
        asking.refuse(run.check(one, searcher.index.catalog), lenient=False)
        asked.append(asking.ask(searcher, one))
    names = ", ".join(one.name for one in loaded)
    fitted = fit(asked, f"calibrate {names}{' --take-away' if take_away else ''}")
    for own, answers, after in zip(loaded, asked, fitted.cross_validated, strict=True):
        before = answering.measure(answers)
        rows = {name: (getattr(before, name), getattr(after, name)) for name in report.ANSWERING}
        out.print(_before_and_after(own.name, rows))
    now = searcher.confidence
    rows = {"intercept": (now.intercept, fitted.model.intercept)}
    rows |= {name: (now.weights[name], fitted.model.weights[name]) for name in confidence.EVIDENCE}
    out.print(_before_and_after("", rows | {"threshold": (now.threshold, fitted.model.threshold)}))
    to.write_text(confidence.to_json(searcher.reranker, fitted.model), encoding="utf-8")
    out.print(Text(f"written: {to}"))
    return 0


def _before_and_after(name: str, rows: Mapping[str, tuple[float, float]]) -> Table:
    table = Table(name, "before", "after", box=SIMPLE_HEAD, pad_edge=False)
    for what, values in rows.items():
        table.add_row(what, *map(figure, values))
    return table
