"""The report's plots, as SVG: they need no script and no network."""

import io
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from retrieval.evaluation.answering import Answering
from retrieval.evaluation.measures import Estimate
from retrieval.evaluation.run import Asked

_WIDTH = 340
_COLOURS = ["#8a3b12", "#3b6ea5", "#5f8a4b", "#8a7a3b"]


def legs(measured: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Every leg's measures with their intervals."""
    rows = [
        {"leg": leg, "measure": name, "value": one.value, "low": one.low, "high": one.high}
        for leg, own in measured.items()
        for name, one in own.items()
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("measure:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("leg:N", sort=None),
        color=alt.Color("leg:N", sort=None, title=None, scale=alt.Scale(range=_COLOURS)),
    )
    value = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), title="mean and 95% interval")
    intervals = base.mark_rule().encode(y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q")
    return _svg(intervals + base.mark_point(filled=True, size=45).encode(y=value))


def ranks(asked: Sequence[Asked]) -> str:
    """How many questions have their first right passage at which rank."""
    bounds = {"1": 1, "2": 2, "3": 3, "4–5": 5, "6–10": 10, "11–100": 100}
    counts = dict.fromkeys([*bounds, "none"], 0)
    for one in asked:
        if one.units:
            rank = one.rank
            fits = (name for name, last in bounds.items() if rank and rank <= last)
            counts[next(fits, "none")] += 1
    table = pd.DataFrame({"rank": list(counts), "questions": list(counts.values())})
    base = alt.Chart(table).encode(
        x=alt.X("rank:N", sort=None, title="rank of the first right passage", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("questions:Q", title="questions", axis=alt.Axis(tickMinStep=1)),
    )
    return _svg(
        base.mark_bar(color=_COLOURS[0]) + base.mark_text(dy=-6, color="#221d18").encode(text="questions:Q")
    )


def reliability(answering: Answering) -> str:
    """Confidence against the share that is right: on the diagonal, 80% sure means right 8 times in 10."""
    table = pd.DataFrame(
        [{"confidence": one.confidence, "right": one.right, "count": one.count} for one in answering.bins]
    )
    unit = alt.Scale(domain=[0, 1])
    diagonal = (
        alt.Chart(pd.DataFrame({"confidence": [0, 1], "right": [0, 1]}))
        .mark_line(strokeDash=[4, 4], color="#888888")
        .encode(x=alt.X("confidence:Q", scale=unit), y=alt.Y("right:Q", scale=unit))
    )
    points = (
        alt.Chart(table)
        .mark_circle(color=_COLOURS[0], opacity=0.8)
        .encode(
            x=alt.X("confidence:Q", scale=unit, title="confidence of the surest passage"),
            y=alt.Y("right:Q", scale=unit, title="share that is right"),
            size=alt.Size("count:Q", title="questions"),
        )
    )
    return _svg(diagonal + points)


def _svg(chart: alt.LayerChart) -> str:
    target = io.StringIO()
    styled = chart.properties(width=_WIDTH, height=240).configure(font="sans-serif", background="#ffffff")
    styled.configure_view(stroke=None).save(target, format="svg")
    return target.getvalue()
