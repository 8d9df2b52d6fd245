"""Long work on a page: how far it is, a button that stops it, how it ended."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from retrieval import Searcher, Settings
from retrieval.errors import NoIndex
from retrieval.index.build import BuildReport
from retrieval.index.making import Progress
from retrieval.index.manifest import Manifest
from retrieval.reading.job import Job
from ui import engine, frame, markup
from ui.texts import Texts

_EVERY = 1.0  # seconds between two looks


def ready(settings: Settings, said: Texts) -> Searcher:
    """The searcher; without an index it is built first, with progress, and the page waits for it."""
    job = engine.last_rebuild(settings)
    try:
        with st.spinner(said.loading):
            found = engine.searcher(settings)
        if found.index.trouble:
            frame.older(said, found.index.trouble)
        return found
    except NoIndex as error:
        if type(error) is not NoIndex and not (job and job.running):
            raise
        _first_build(settings, said, job or engine.rebuild(settings))
        st.stop()


def _first_build(settings: Settings, said: Texts, job: engine.Rebuild) -> None:
    """The index's first build, which the page can only wait for."""
    if job.running:
        st.info(said.building)
        watch(job, said, lambda progress: build_step(said, progress), key="first")
        return
    ended(job, said)
    if st.button(said.again, key="build-again"):
        start(settings)


def start(settings: Settings) -> None:
    """Rebuild the index in the background, and draw the page anew."""
    begin(settings)
    st.rerun()


def begin(settings: Settings) -> None:
    """Rebuild the index in the background."""
    st.session_state.watched = engine.rebuild(settings)


def show(settings: Settings, said: Texts) -> bool:
    """The build that is going on, whoever began it, or how the one ended that this reader has watched.

    Whether one is going on.
    """
    job = engine.last_rebuild(settings)
    if job and job.running:
        st.session_state.watched = job
        watch(job, said, lambda progress: build_step(said, progress), key="rebuild")
        return True
    watched: engine.Rebuild | None = st.session_state.get("watched")
    if watched and watched is job:
        ended(watched, said)
    return False


def watch(job: Job[Any, Any], said: Texts, step: Callable[[Any], tuple[float, str]], key: str) -> None:
    """Follow the work until it ends; then the page is drawn anew."""

    @st.fragment(run_every=_EVERY)
    def look() -> None:
        if not job.running:
            st.rerun()
        share, label = step(job.progress) if job.progress is not None else (0.0, said.loading)
        st.progress(min(1.0, share), text=said.stopping if job.stopping else label)
        st.button(said.stop, key=f"stop-{key}", on_click=job.stop, disabled=job.stopping)

    look()


def build_step(said: Texts, progress: Progress) -> tuple[float, str]:
    """How far a build is, and what it does."""
    label = f"{said.stages[progress.stage]} {progress.done}/{progress.total}"
    return progress.done / max(1, progress.total), label


def ended(job: Job[Any, BuildReport], said: Texts) -> None:
    """How a build ended, and what it left out."""
    outcome = job.outcome
    if outcome is None:
        return
    if outcome.error:
        frame.fail(said, outcome.error)
    elif outcome.state == "stopped":
        st.warning(said.stopped)
    elif outcome.result:
        st.success(said.built.format(outcome.result.documents, outcome.result.passages))
        if lines := missing(said, outcome.result):
            st.html(markup.folded(said.left_out.format(len(lines)), lines))


def missing(said: Texts, built: BuildReport | Manifest) -> list[str]:
    """A line for each document that could not be read, with its reason, and what became of it."""
    lines = [f"{one.name}: {one.reason}" for one in built.left_out]
    return lines + [f"{one.name}: {one.reason} ({said.stale})" for one in built.stale]
