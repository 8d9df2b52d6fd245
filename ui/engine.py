"""The model and the index, loaded once for all sessions; a new index is taken up by itself."""

import threading
from collections.abc import Callable

import streamlit as st

from retrieval import Encoder, Searcher, Settings, build, load_encoder
from retrieval.documents import LeftOut
from retrieval.errors import NoIndex
from retrieval.index import Progress, current
from retrieval.reranker import Reranker
from retrieval.reranker import load as load_reranker

_building = threading.Lock()


@st.cache_resource(show_spinner=False)
def encoder(model: str) -> Encoder:
    """The encoder called `model`."""
    return load_encoder(model)


@st.cache_resource(show_spinner=False)
def reranker(model: str) -> Reranker:
    """The cross-encoder called `model`."""
    return load_reranker(model)


def searcher(settings: Settings) -> Searcher:
    """A searcher on the current generation. Raises NoIndex where there is none."""
    return _searcher(settings, current(settings.index))


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs={Settings: repr})
def _searcher(settings: Settings, generation: str) -> Searcher:
    rerank = reranker(settings.reranker) if settings.reranker else None
    return Searcher.open(settings.index, encoder(settings.model), rerank)


def ensure_index(settings: Settings, report: Callable[[Progress], None]) -> tuple[LeftOut, ...]:
    """Build the index if there is none; a second session waits for the first one's build."""
    with _building:
        try:
            current(settings.index)
        except NoIndex:
            built = build(settings, encoder(settings.model), report)
            return built.left_out + built.stale
        return ()
