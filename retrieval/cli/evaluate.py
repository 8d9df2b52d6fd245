"""``evaluate``: a question set over an index, as figures and as a report."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from retrieval import evaluation
from retrieval.cli import console
from retrieval.cli.console import (
    Index,
    Json,
    Model,
    RerankerName,
    Seeds,
    build_bars,
    encoder,
    err,
    missing,
    out,
    question_bar,
)
from retrieval.encoder import Encoder
from retrieval.errors import FloorNotMet, UsageError
from retrieval.evaluation import QuestionSet, answering, report, run
from retrieval.evaluation.measures import NAMES, Estimate
from retrieval.evaluation.report import Summary, figure
from retrieval.evaluation.run import Asked
from retrieval.index import build
from retrieval.index.build import is_current
from retrieval.search import Searcher, confidence
from retrieval.settings import Settings

TakeAway = Annotated[
    bool, typer.Option("--take-away", help="If all can be answered, ask again without what answers.")
]
CACHE = "evaluated"  # below the index folder: an index for every folder of documents measured on


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
    asked_for = _load(set_, take_away=take_away)
    if to:
        to.mkdir(parents=True, exist_ok=True)  # where that fails, it is before the minutes of work
    searcher = _searcher(asked_for, seeds, index, model=model, reranker=reranker)
    _refuse(run.check(asked_for, searcher.index.catalog), lenient=lenient)
    asked = _ask(searcher, asked_for)
    summary = report.summarise(asked_for, asked, searcher.index.id, searcher.index.manifest)
    if to:
        report.write(to, summary, asked)
    if as_json:
        print(report.to_json(summary))
    else:
        _draw(summary)
        if to:
            out.print(Text(f"report: {to / report.PAGE}"))
    _hold(summary, wanted)
    return 0


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder that evaluate --out wrote.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another one, of the same questions.")],
    most: Annotated[int, typer.Option("--changes", min=0, help="Changed questions to list.")] = 10,
    as_json: Json = False,
) -> int:
    """Compare two evaluations question by question: is B better than A, or is it chance?"""
    from retrieval.evaluation.compare import compare as comparison  # as below

    found = comparison(run_a, run_b)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("measure", "A", "B", "B - A, 95% interval", "won/tied/lost", "p", "Holm"):
        table.add_column(name, justify="left" if name == "measure" else "right", no_wrap=True)
    for one in found.differences:
        own = one.difference
        table.add_row(
            one.measure,
            figure(one.a),
            figure(one.b),
            f"{own.value:+.3f} ({own.low:+.3f} {own.high:+.3f})",
            f"{one.wins}/{one.ties}/{one.losses}",
            figure(one.p),
            figure(one.p_holm),
        )
    out.print(table)
    for change in found.changes[:most]:
        ranks = f"{change.rank_a or '–'} → {change.rank_b or '–'}"
        out.print(Text(f"{change.id}  {ranks:<8} {change.question}"))
    if found.unpaired:
        err.print(f"{found.unpaired} questions are in one of the runs only and were left aside")
    return 0


def calibrate(
    sets: Annotated[list[Path], typer.Argument(metavar="SET…", help="JSON Lines sets, or BEIR folders.")],
    to: Annotated[Path, typer.Option("--out", help="The file to write.")] = confidence.FILE,
    take_away: TakeAway = False,
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
) -> int:
    """Fit the confidence to question sets, cross-validated by document, and write it.

    Each set counts the same. What changed is shown first: how each is answered now, and how it would
    be by a model that has not seen the question's document.
    """
    # two seconds to import: not for every command to pay
    from retrieval.evaluation.calibrate import calibrate as fit

    loaded = [_load(one, take_away=take_away) for one in sets]
    asked = []
    for one in loaded:
        searcher = _searcher(one, seeds, index, model=model)
        _refuse(run.check(one, searcher.index.catalog), lenient=False)
        asked.append(_ask(searcher, one))
    names = ", ".join(one.name for one in loaded)
    fitted = fit(asked, f"calibrate {names}{' --take-away' if take_away else ''}")
    for own, answers, after in zip(loaded, asked, fitted.cross_validated, strict=True):
        before = answering.measure(answers)
        rows = {name: (getattr(before, name), getattr(after, name)) for name in report.ANSWERING}
        out.print(_before_and_after(own.name, rows))
    now = confidence.fitted()
    rows = {"intercept": (now.intercept, fitted.model.intercept)}
    rows |= {name: (now.weights[name], fitted.model.weights[name]) for name in confidence.EVIDENCE}
    out.print(_before_and_after("", rows | {"threshold": (now.threshold, fitted.model.threshold)}))
    to.write_text(fitted.model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    out.print(Text(f"written: {to}"))
    return 0


def _before_and_after(name: str, rows: Mapping[str, tuple[float, float]]) -> Table:
    table = Table(name, "before", "after", box=SIMPLE_HEAD, pad_edge=False)
    for what, values in rows.items():
        table.add_row(what, *map(figure, values))
    return table


def _load(path: Path, *, take_away: bool) -> QuestionSet:
    found = evaluation.load(path)
    return found.with_unanswerable() if take_away else found


def _searcher(
    asked_for: QuestionSet, seeds: Path | None, index: Path | None, **given: str | None
) -> Searcher:
    """Over the documents that come with the set, or are named, or are indexed already."""
    seeds = asked_for.seeds or seeds
    settings = Settings.load(seeds=seeds, index=index, **given)
    if not seeds:
        return console.searcher(settings)
    return _built(settings if index else settings.model_copy(update={"index": _cache(settings)}))


def _ask(searcher: Searcher, asked_for: QuestionSet) -> list[Asked]:
    with question_bar(len(asked_for.questions)) as bar:
        return run.evaluate(searcher, asked_for, bar)


def _floor(option: str) -> tuple[str, float]:
    """``nDCG@10=0.8`` as a name and a number. Raises UsageError."""
    name, _, value = option.partition("=")
    if name not in report.FLOORS:
        raise UsageError(f"--min {option}: no such figure; there are {', '.join(report.FLOORS)}")
    try:
        floor = float(value)
    except ValueError:
        floor = math.nan
    if not 0 <= floor <= 1:
        raise UsageError(f"--min {option}: not a number from 0 to 1; write it as {name}=0.8")
    return name, floor


def _cache(settings: Settings) -> Path:
    """Where the index of these documents, model and passage size is kept between evaluations.

    Whether it still is the documents' index, `is_current` knows.
    """
    key = f"{settings.seeds.resolve()}\n{settings.model}\n{settings.passage_size}"
    return settings.index / CACHE / hashlib.sha256(key.encode()).hexdigest()[:16]


def _built(settings: Settings) -> Searcher:
    loaded: Encoder = encoder(settings)
    if not is_current(settings):
        with build_bars() as bars:
            report = build(settings, loaded, bars)
        missing(report.left_out, report.stale)
    return Searcher.open(settings.index, loaded, console.reranker(settings))


def _refuse(problems: Sequence[str], *, lenient: bool) -> None:
    """Raise UsageError for the first problem, or warn of all of them."""
    if problems and not lenient:
        more = f"; and {len(problems) - 1} more" if problems[1:] else ""
        raise UsageError(f"{problems[0]}{more}; mend the set, or go on with --lenient")
    for problem in problems:
        err.print(Text(f"warning: {problem}"))


def _hold(summary: Summary, wanted: dict[str, float]) -> None:
    """Raise FloorNotMet where a figure is lower than asked for, or could not be measured."""
    missed = [
        f"{name} is {figure(value)}, below {floor:g}"
        for name, floor in wanted.items()
        if not (value := summary.value(name)) >= floor
    ]
    if missed:
        raise FloorNotMet("; ".join(missed))


def _draw(summary: Summary) -> None:
    out.print(Text(f"{summary.set}: {summary.questions} questions, {summary.model}, index {summary.index}"))
    table = _table("ranked by")
    for leg, measured in summary.measures.items():
        table.add_row(leg, *map(_with_interval, measured.values()))
    out.print(table)
    for what, groups in summary.groups.items():
        table = _table(f"by {what}", "questions")
        for name, group in groups.items():
            table.add_row(name, str(group.questions), *map(figure, group.measures.values()))
        out.print(table)
    for name, meaning in report.ANSWERING.items():
        out.print(Text(f"{name:<18}{figure(summary.value(name))}  {meaning}"))


def _with_interval(one: Estimate) -> str:
    return figure(one.value) + ("" if math.isnan(one.value) else f"\n{one.low:.2f}–{one.high:.2f}")


def _table(*first: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first[0], overflow="fold", min_width=9)
    for name in (*first[1:], *NAMES):
        table.add_column(name, justify="right", no_wrap=True)
    return table
