"""One passage as a card: what it says, how sure it is, and what a reader does with it."""

import streamlit as st

from retrieval import Hit, Settings
from retrieval.evaluation import feedback
from retrieval.reading import citations
from retrieval.reading.findings import Findings
from retrieval.search import confidence
from ui import frame, markup, reader
from ui.texts import Texts

_COLOURS = {"high": "green", "middle": "orange", "low": "gray"}


def draw(settings: Settings, said: Texts, findings: Findings, hit: Hit, key: str, *, ranked: bool) -> None:
    """The whole card; `key` tells it from all others of the page."""
    with st.container(border=True, key=f"card-{key}", gap="xsmall"):
        st.html(markup.heading(hit, said, hit.rank if ranked else None))
        st.html(markup.passage(hit, findings.answer.question, said))
        if below := markup.around(hit, findings.notes_of(hit), said):
            st.html(below)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            sureness(settings, said, hit, key)
            st.button(
                said.open,
                key=f"open-{key}",
                icon=":material/menu_book:",
                type="tertiary",
                on_click=reader.open_hit,
                args=(hit,),
            )
            _cite(said, hit, key)
            st.space("stretch")
            _thumbs(settings, said, findings, hit, key)


def sureness(settings: Settings, said: Texts, hit: Hit, key: str) -> None:
    """The badge, which opens to what it means and is made of."""
    level = confidence.level(hit.confidence)
    badge = f":{_COLOURS[level]}-badge[{said.sureness.format(said.levels[level])}]"
    with st.popover(badge, type="tertiary", key=f"sure-{key}"):
        st.text(said.sure_means[level].format(hit.confidence))
        st.html(markup.evidence(hit, confidence.fitted(settings.reranker), said))


def _cite(said: Texts, hit: Hit, key: str) -> None:
    place = markup.place(hit, said)
    with st.popover(said.cite, icon=":material/format_quote:", type="tertiary", key=f"cite-{key}"):
        for label, text in (
            (said.plain, citations.plain(hit, place)),
            (said.markdown, citations.markdown(hit, place)),
            (said.bibtex, citations.bibtex(hit, place)),
        ):
            st.caption(label)
            st.code(text, language=None, wrap_lines=True)


def _thumbs(settings: Settings, said: Texts, findings: Findings, hit: Hit, key: str) -> None:
    key = f"right-{key}"
    st.caption(said.thumbs, width="content")
    st.feedback("thumbs", key=key, on_change=_record, args=(settings, said, findings, hit, key))


def _record(settings: Settings, said: Texts, findings: Findings, hit: Hit, key: str) -> None:
    """Keep the reader's thumb; question sets grow from these (`questions add`)."""
    thumb = st.session_state[key]
    right = None if thumb is None else bool(thumb)
    with frame.failing(said):
        feedback.record(settings.feedback, findings.answer.question, hit, right=right)
        st.toast(said.recorded if thumb is not None else said.taken_back)
