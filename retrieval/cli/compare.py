"""``compare``: two evaluations, question by question."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from retrieval.cli.console import Json, err, out
from retrieval.evaluation.summary import figure


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder that evaluate --out wrote.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another one, of the same questions.")],
    most: Annotated[int, typer.Option("--changes", min=0, help="Changed questions to list.")] = 10,
    as_json: Json = False,
) -> int:
    """Compare two evaluations question by question: is B better than A, or is it chance?"""
    # two seconds to import: not for every command to pay
    from retrieval.evaluation.compare import compare as comparison

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
