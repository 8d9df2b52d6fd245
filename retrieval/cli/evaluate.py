"""``evaluate``: a question set over an index, as figures and as a report."""

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from retrieval.cli import asking
from retrieval.cli.asking import TakeAway
from retrieval.cli.console import Index, Json, Model, RerankerName, Seeds, out
from retrieval.errors import FloorNotMet, UsageError
from retrieval.evaluation import report, run, summary
from retrieval.evaluation.measures import NAMES, Estimate
from retrieval.evaluation.summary import ANSWERING, FLOORS, Summary, figure


def evaluate(
    set_: Annotated[Path, typer.Argument(metavar="SET", help="JSON Lines question set, or BEIR folder.")],
    to: Annotated[Path | None, typer.Option("--out", help="Folder for the report and its files.")] = None,
    floors: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="NAME=VALUE", help="Leave with 1 when this figure is lower."),
    ] = None,
    take_away: TakeAway = False,
    lenient: Annotated[bool, typer.Option("--lenient", help="Warn of faulty questions, go on.")] = False,
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
    reranker: RerankerName = None,
    as_json: Json = False,
) -> int:
    """Measure retrieval with a question set.

    Documents that come with the set, or that --seeds names, are indexed first: in a cache below
    the index folder, unless --index says where.
    """
    wanted = dict(_floor(one) for one in floors or ())
    asked_for = asking.load(set_, take_away=take_away)
    if to:
        to.mkdir(parents=True, exist_ok=True)  # where that fails, it is before the minutes of work
    searcher = asking.searcher(asked_for, seeds, index, model=model, reranker=reranker)
    asking.refuse(run.check(asked_for, searcher.index.catalog), lenient=lenient)
    asked = asking.ask(searcher, asked_for)
    found = summary.of(asked_for, asked, searcher)
    if to:
        report.write(to, found, asked)
    if as_json:
        print(summary.to_json(found))
    else:
        _draw(found)
        if to:
            out.print(Text(f"report: {to / report.PAGE}"))
    _hold(found, wanted)
    return 0


def _floor(option: str) -> tuple[str, float]:
    """``nDCG@10=0.8`` as a name and a number. Raises UsageError."""
    name, _, value = option.partition("=")
    if name not in FLOORS:
        raise UsageError(f"--min {option}: no such figure; there are {', '.join(FLOORS)}")
    try:
        floor = float(value)
    except ValueError:
        floor = math.nan
    if not 0 <= floor <= 1:
        raise UsageError(f"--min {option}: not a number from 0 to 1; write it as {name}=0.8")
    return name, floor


def _hold(found: Summary, wanted: dict[str, float]) -> None:
    """Raise FloorNotMet where a figure is lower than asked for, or could not be measured."""
    missed = [
        f"{name} is {figure(value)}, below {floor:g}"
        for name, floor in wanted.items()
        if not (value := found.value(name)) >= floor
    ]
    if missed:
        raise FloorNotMet("; ".join(missed))


def _draw(found: Summary) -> None:
    models = ", ".join(filter(None, (found.model, found.reranker)))
    out.print(Text(f"{found.set}: {found.questions} questions, {models}, index {found.index}"))
    table = _table("ranked by")
    for leg, measured in found.measures.items():
        table.add_row(leg, *map(_with_interval, measured.values()))
    out.print(table)
    for what, groups in found.groups.items():
        table = _table(f"by {what}", "questions")
        for name, group in groups.items():
            table.add_row(name, str(group.questions), *map(figure, group.measures.values()))
        out.print(table)
    for name, meaning in ANSWERING.items():
        out.print(Text(f"{name:<18}{figure(found.value(name))}  {meaning}"))


def _with_interval(one: Estimate) -> str:
    return figure(one.value) + ("" if math.isnan(one.value) else f"\n{one.low:.2f}–{one.high:.2f}")


def _table(*first: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first[0], overflow="fold", min_width=9)
    for name in (*first[1:], *NAMES):
        table.add_column(name, justify="right", no_wrap=True)
    return table
