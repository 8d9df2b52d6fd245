"""The filters: which sources and which time a question is put to; they stand in the link, too."""

from collections import Counter

import streamlit as st

from retrieval.index.protocols import Documents
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.reading import filters
from retrieval.reading.filters import Choices
from ui import markup
from ui.link import Link
from ui.texts import Texts

_KEYS = ("filter-documents", "filter-publishers", "filter-since", "filter-until")


def choose(said: Texts, catalog: Documents) -> Selection:
    """A button that opens to the filters; what they leave."""
    offered = filters.choices(catalog)
    if not _prepare(offered):
        st.toast(said.filter_gone, icon=":material/filter_alt_off:")
    count = sum(bool(st.session_state[key]) for key in _KEYS)
    label = f"{said.filter} ({count})" if count else said.filter
    with st.popover(label, icon=":material/filter_alt:", key="filters"):
        _widgets(said, offered)
    selection = Selection(
        documents=tuple(st.session_state["filter-documents"]),
        publishers=tuple(st.session_state["filter-publishers"]),
        since=st.session_state["filter-since"],
        until=st.session_state["filter-until"],
    )
    st.session_state.selection = selection
    return selection


def of_link(asked: Link, catalog: Documents) -> Selection:
    """What an address restricts questions to."""
    return filters.of_link(
        filters.choices(catalog),
        asked.get("source", []),
        asked.get("publisher", []),
        asked.get("since", [""])[0],
        asked.get("until", [""])[0],
    )


def described(said: Texts, selection: Selection, catalog: Documents) -> str:
    """The selection in one plain line; empty where nothing is restricted."""
    if selection == EVERYTHING:
        return ""
    titles = _titles(filters.choices(catalog))
    parts = [titles.get(name, name) for name in selection.documents]
    parts += selection.publishers
    if selection.since or selection.until:
        parts.append(f"{selection.since or ''}–{selection.until or ''}")
    return said.filtered.format("、".join(parts))


def _prepare(offered: Choices) -> bool:
    """Give the widgets what was chosen before, as far as the index still has it; whether it has it all."""
    held: Selection = st.session_state.get("selection", EVERYTHING)
    values = (held.documents, held.publishers, held.since, held.until)
    for key, value in zip(_KEYS, values, strict=True):
        st.session_state.setdefault(key, list(value) if isinstance(value, tuple) else value)
    has_all = True
    names = [one.name for one in offered.sources]
    for key, there in (("filter-documents", names), ("filter-publishers", offered.publishers)):
        chosen = st.session_state[key]
        st.session_state[key] = [one for one in chosen if one in there]
        has_all &= st.session_state[key] == chosen
    return has_all


def _widgets(said: Texts, offered: Choices) -> None:
    titles = _titles(offered)
    st.multiselect(
        said.sources,
        list(titles),
        format_func=titles.__getitem__,
        placeholder=said.every_source,
        key="filter-documents",
    )
    if len(offered.publishers) > 1:
        st.multiselect(
            said.publishers, offered.publishers, placeholder=said.every_publisher, key="filter-publishers"
        )
    if offered.months:
        for label, key in ((said.since, "filter-since"), (said.until, "filter-until")):
            chosen = st.session_state[key]
            months = sorted({*offered.months, *([chosen] if chosen else [])})
            st.selectbox(label, months, index=None, placeholder=said.any_time, key=key)
    st.button(said.clear, key="filter-clear", type="tertiary", on_click=take, args=(EVERYTHING,))


def _titles(offered: Choices) -> dict[str, str]:
    """What each source is called; those that are called alike by their names, too, to be told apart."""
    titles = {one.name: markup.title_of(one.metadata, one.name) for one in offered.sources}
    count = Counter(titles.values())
    return {name: f"{title} ({name})" if count[title] > 1 else title for name, title in titles.items()}


def take(selection: Selection) -> None:
    """Let the filters say this."""
    st.session_state.selection = selection
    for key in _KEYS:
        st.session_state.pop(key, None)
