"""The plots of an evaluation, and how they stand in a page: as SVG, without script or network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import altair as alt
import pandas as pd
import vl_convert

from retrieval.evaluation.answering import Bin
from retrieval.evaluation.measures import Estimate

_WIDTH = 340
# seen on white and in the dark
_COLOURS = ["#b0602c", "#4f86c0", "#6f9d59", "#a8934a"]
_GREY = "#857a6f"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands at the axes; `legs` names the rankings that are not called as they are."""

    mean: str = "mean and 95% interval"
    rank: str = "rank of the first right passage"
    none: str = "none"
    questions: str = "questions"
    confidence: str = "confidence of the surest passage"
    right: str = "share that is right"
    legs: Mapping[str, str] = field(default_factory=dict)


ENGLISH = Words()


def legs(measured: Mapping[str, Mapping[str, Estimate]], words: Words = ENGLISH) -> alt.LayerChart:
    """Every leg's measures with their intervals."""
    rows = [
        {
            "leg": words.legs.get(leg, leg),
            "measure": name,
            "value": one.value,
            "low": one.low,
            "high": one.high,
        }
        for leg, own in measured.items()
        for name, one in own.items()
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("measure:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("leg:N", sort=None),
        color=alt.Color("leg:N", sort=None, title=None, scale=alt.Scale(range=_COLOURS)),
    )
    value = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), title=words.mean)
    intervals = base.mark_rule().encode(y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q")
    return alt.LayerChart(layer=[intervals, base.mark_point(filled=True, size=45).encode(y=value)])


def ranks(first: Iterable[int | None], words: Words = ENGLISH) -> alt.LayerChart:
    """How many answerable questions have their `first` right passage at which rank; None without one."""
    bounds = {"1": 1, "2": 2, "3": 3, "4–5": 5, "6–10": 10, "11–100": 100}
    counts = dict.fromkeys([*bounds, words.none], 0)
    for rank in first:
        fits = (name for name, last in bounds.items() if rank and rank <= last)
        counts[next(fits, words.none)] += 1
    table = pd.DataFrame({"rank": list(counts), "questions": list(counts.values())})
    base = alt.Chart(table).encode(
        x=alt.X("rank:N", sort=None, title=words.rank, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("questions:Q", title=words.questions, axis=alt.Axis(tickMinStep=1)),
    )
    return alt.LayerChart(
        layer=[
            base.mark_bar(color=_COLOURS[0]),
            base.mark_text(dy=-6, color=_GREY).encode(text="questions:Q"),
        ]
    )


def reliability(bins: Iterable[Bin], words: Words = ENGLISH) -> alt.LayerChart:
    """Confidence against the share that is right: on the diagonal, 80% sure means right 8 times in 10."""
    table = pd.DataFrame(
        [{"confidence": one.confidence, "right": one.right, "count": one.count} for one in bins]
    )
    unit = alt.Scale(domain=[0, 1])
    sizes = alt.Legend(values=sorted({int(table["count"].min()), int(table["count"].max())}), format="d")
    diagonal = (
        alt.Chart(pd.DataFrame({"confidence": [0, 1], "right": [0, 1]}))
        .mark_line(strokeDash=[4, 4], color="#888888")
        .encode(x=alt.X("confidence:Q", scale=unit), y=alt.Y("right:Q", scale=unit))
    )
    points = (
        alt.Chart(table)
        .mark_circle(color=_COLOURS[0], opacity=0.8)
        .encode(
            x=alt.X("confidence:Q", scale=unit, title=words.confidence),
            y=alt.Y("right:Q", scale=unit, title=words.right),
            size=alt.Size("count:Q", title=words.questions, legend=sizes),
        )
    )
    return alt.LayerChart(layer=[diagonal, points])


def svg(chart: alt.LayerChart) -> str:
    """The plot on white."""
    styled = chart.properties(width=_WIDTH, height=240).configure(font="sans-serif", background="#ffffff")
    # not altair's save: it looks the package up on the module search path, which Streamlit changes meanwhile
    version = "_".join(alt.SCHEMA_VERSION.split(".")[:2])
    return str(vl_convert.vegalite_to_svg(styled.configure_view(stroke=None).to_json(), vl_version=version))
