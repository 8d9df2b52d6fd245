"""評価: how well it finds, measured with question sets; two evaluations compared."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import streamlit as st
from altair import LayerChart

from retrieval import Settings, ShuttenError, evaluation
from retrieval.errors import FaultySet
from retrieval.evaluation import plots, shelf
from retrieval.evaluation.compare import compare
from retrieval.evaluation.measures import NAMES
from retrieval.evaluation.report import METRICS, PAGE
from retrieval.evaluation.shelf import Figures, Miss, Run
from retrieval.evaluation.summary import figure
from ui import engine, frame, link, markup, work
from ui.texts import Texts

_MISSES = 20  # questions on a page


def draw(settings: Settings, said: Texts) -> None:
    """Choose a set and measure; read what was found; compare."""
    frame.head(said, said.evaluate)
    link.write(said, {})
    work.ready(settings, said)
    _measure(settings, said)
    runs = _runs(said, tuple(shelf.runs(settings)))
    if not runs:
        st.info(said.no_runs)
        return
    finished: Path | None = st.session_state.pop("finished", None)
    if finished in runs:  # what was measured just now is what is looked at, and compared
        st.session_state.run = st.session_state["run-b"] = finished
        st.session_state["run-a"] = list(runs)[_counterpart(runs)]
    st.header(said.runs, anchor=False)
    chosen = st.selectbox(
        said.runs, list(runs), format_func=_name(runs), key="run", label_visibility="collapsed"
    )
    _figures(said, runs[chosen], chosen)
    _misses(said, runs[chosen])
    _compare(said, runs)


def _runs(said: Texts, folders: tuple[Path, ...]) -> dict[Path, Run]:
    """The evaluations that can be read, the newest first; the others are named."""
    runs: dict[Path, Run] = {}
    for folder in folders:
        with frame.failing(said):
            runs[folder] = _load(folder, (folder / METRICS).stat().st_mtime_ns)
    return runs


@lru_cache(maxsize=50)
def _load(folder: Path, written: int) -> Run:
    """An evaluation as it was written then; the command line may write it anew."""
    return shelf.load(folder)


def _name(runs: dict[Path, Run]) -> Callable[[Path], str]:
    """Says when a run was, with which set, and its first figure."""

    def name(folder: Path) -> str:
        figures = runs[folder].figures
        first = figure(figures.measures["fused"]["R@1"].value)
        return f"{figures.date.astimezone():%Y-%m-%d %H:%M:%S} · {figures.set} · R@1 {first}"

    return name


def _measure(settings: Settings, said: Texts) -> None:
    """Choose a set, or add one; measure in the background."""
    st.header(said.set_, anchor=False)
    _upload(settings, said)
    sets = shelf.sets(settings)
    marked = shelf.marked(settings)
    names = [*sets, *([shelf.MARKED] if marked else [])]
    if not names:
        st.info(said.no_set)
        return

    def name(one: str) -> str:
        return said.set_marked.format(len(marked.questions)) if marked and one == shelf.MARKED else one

    job = engine.last_evaluation(settings)
    running = job is not None and job.running
    own = job is not None and job is st.session_state.get("measuring")
    chosen = st.selectbox(said.set_label, names, format_func=name, key="set")
    lenient = st.checkbox(said.lenient, key="lenient")
    if st.button(said.run, key="measure", type="primary", disabled=running and own):
        if running:
            st.warning(said.measuring)
        else:
            with frame.failing(said):
                questions = marked if chosen == shelf.MARKED else evaluation.load(sets[chosen])
                if questions:
                    st.session_state.measuring = engine.evaluate(settings, questions, lenient=lenient)
                    st.rerun()
    # one that someone else has begun is of interest only while it keeps this reader from measuring
    if job and (running or own):
        _follow(said, job)


def _follow(said: Texts, job: engine.Evaluation) -> None:
    if job.running:
        work.watch(job, said, lambda done: (done[0] / max(1, done[1]), said.asking.format(*done)), key="run")
        return
    if job.outcome and job.outcome.error:
        error = job.outcome.error
        frame.fail(said, error, said.faulty if isinstance(error, FaultySet) else None)
    elif job.outcome and job.outcome.state == "stopped":
        st.warning(said.stopped)
    elif job.outcome:
        st.success(said.measured)
        if st.session_state.get("followed") is not job:
            st.session_state.followed, st.session_state.finished = job, job.outcome.result


def _upload(settings: Settings, said: Texts) -> None:
    with st.expander(said.set_upload), st.form("add-set", clear_on_submit=True, border=False):
        file = st.file_uploader(said.set_upload, type="jsonl", key="set-file", label_visibility="collapsed")
        wanted = st.form_submit_button(said.add_yes, key="add-set-file")
    if wanted and file:
        try:
            name = shelf.add_set(settings, file.name, file.getvalue())
            st.html(markup.notice(said.set_added.format(name), good=True))
        except ShuttenError as error:
            frame.fail(said, error)


def _figures(said: Texts, run: Run, folder: Path) -> None:
    """The measures of each leg, how it answers and refuses, and the plots."""
    figures = run.figures
    models = ", ".join(filter(None, (figures.model, figures.reranker)))
    st.text(said.figures.format(figures.questions, models, figures.index))
    legs = figures.measures
    rows = [[name, *(figure(own[name].value) for own in legs.values())] for name in NAMES]
    head = [said.measure, *(said.legs[leg] for leg in legs)]
    st.html(markup.table(head, rows, numbers=range(1, len(head))))
    known = [[meaning, figure(getattr(figures.answering, name))] for name, meaning in said.answering.items()]
    st.html(markup.table((), known, numbers=(1,)))
    _plots(said, figures)
    if (folder / PAGE).is_file():
        data = (folder / PAGE).read_bytes()
        st.download_button(PAGE, data, file_name=PAGE, mime="text/html", key="report", on_click="ignore")


def _plots(said: Texts, figures: Figures) -> None:
    words = plots.Words(**said.axes, legs=said.legs)
    ranks = (one.rank for one in figures.by_question.values())
    _plot(said, "legs", plots.legs(figures.measures, words))
    left, right = st.columns(2)
    with left:
        _plot(said, "ranks", plots.ranks(ranks, words))
    with right:
        _plot(said, "reliability", plots.reliability(figures.answering.bins, words))


def _plot(said: Texts, name: str, chart: LayerChart) -> None:
    st.caption(said.plots[name])
    st.altair_chart(
        chart.properties(height=280).configure_legend(orient="bottom", columns=2), alt=said.plots[name]
    )


def _misses(said: Texts, run: Run) -> None:
    """The questions that missed, each with where the answer is and what stood above it."""
    if not run.misses:
        if run.figures.answering.answerable:
            st.success(said.no_misses)
        return
    st.header(said.misses.format(len(run.misses)), anchor=False)
    pages = -(-len(run.misses) // _MISSES)
    page = st.pagination(pages, key="misses-page") if pages > 1 else 1
    for miss in run.misses[(page - 1) * _MISSES : page * _MISSES]:
        _miss(said, miss)


def _miss(said: Texts, miss: Miss) -> None:
    rank = said.miss.format(miss.rank) if miss.rank else said.no_rank
    label = f"{markup.label(rank)} · {markup.label(miss.question)}"
    with st.expander(label, on_change="rerun", key=f"miss-{miss.id}") as folded:
        if folded.open:
            st.caption(said.expected)
            for place in miss.expected:
                st.html(markup.expected(place, said))
            st.caption(said.above)
            for above in miss.above:
                st.html(markup.above(above, said))


def _counterpart(runs: dict[Path, Run]) -> int:
    """The number of the run that the newest, which comes first, is compared with: one of the same set."""
    sets = [run.figures.set for run in runs.values()]
    return next((at for at in range(1, len(sets)) if sets[at] == sets[0]), min(1, len(sets) - 1))


def _compare(said: Texts, runs: dict[Path, Run]) -> None:
    """Is B better than A, or is it chance?"""
    st.header(said.compare, anchor=False)
    if len(runs) < 2:
        st.text(said.compare_same)
        return
    left, right = st.columns(2)
    a = left.selectbox(said.run_a, list(runs), index=_counterpart(runs), format_func=_name(runs), key="run-a")
    b = right.selectbox(said.run_b, list(runs), index=0, format_func=_name(runs), key="run-b")
    with frame.failing(said):
        found = compare(a, b)
        rows = [
            [
                one.measure,
                figure(one.a),
                figure(one.b),
                f"{one.difference.value:+.3f} ({one.difference.low:+.3f} {one.difference.high:+.3f})",
                f"{one.wins}/{one.ties}/{one.losses}",
                figure(one.p_holm),
            ]
            for one in found.differences
        ]
        st.html(markup.table(said.compare_head, rows, numbers=range(1, len(said.compare_head))))
        if found.unpaired:
            st.text(said.unpaired.format(found.unpaired))
        if found.changes:
            st.caption(said.changes)
            lines = [f"{one.rank_a or '–'} → {one.rank_b or '–'}  {one.question}" for one in found.changes]
            st.html(markup.listed(lines))
