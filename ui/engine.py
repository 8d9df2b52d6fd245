"""The model and the index, loaded once for all sessions; a new index is taken up by itself."""

import threading
from collections.abc import Callable

import streamlit as st

from retrieval import Encoder, Searcher, Settings, build, load_encoder
from retrieval.errors import NoIndex
from retrieval.index import Progress, current
from retrieval.index.generation import LeftOut

_building = threading.Lock()


@st.cache_resource(show_spinner=False)
def encoder(model: str) -> Encoder:
    """The encoder called `model`."""
    return load_encoder(model)


def searcher(settings: Settings) -> Searcher:
    """A searcher on the current generation. Raises NoIndex where there is none."""
    return _searcher(settings, current(settings.index))


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs={Settings: repr})
def _searcher(settings: Settings, generation: str) -> Searcher:
    return Searcher.open(settings.index, encoder(settings.model))


def ensure_index(settings: Settings, report: Callable[[Progress], None]) -> tuple[LeftOut, ...]:
    """Build the index if there is none; a second session waits for the first one's build."""
    with _building:
        try:
            current(settings.index)
        except NoIndex:
            return build(settings, encoder(settings.model), report).left_out
        return ()
