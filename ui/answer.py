"""One answer of the conversation: the quoted sentence first, then its passages, seen from four sides."""

from collections.abc import Sequence

import streamlit as st

from retrieval import Hit, Settings
from retrieval.index.selection import EVERYTHING
from retrieval.reading.findings import Findings, Source, SourceHits
from ui import card, markup
from ui.texts import Texts

_ABREAST = 3  # columns beside each other
_SOURCES = 12  # sources that are shown before the others are only named
_NAMED = 6  # sources with nothing that are named before the others are folded away


def draw(settings: Settings, said: Texts, findings: Findings, number: int, *, newest: bool) -> None:
    """The answer; all but the newest keep their passages folded away until they are asked for."""
    answer = findings.answer
    if answer.answered:
        st.html(markup.lead(answer.hits[0], said))
        label = said.passages.format(len(answer.hits))
    else:
        st.info(said.no_question if answer.asks_nothing else said.not_found)
        if newest and not answer.asks_nothing:
            without_filters = [said.clear] if findings.selection != EVERYTHING else []
            st.html(markup.listed([*said.try_this, *without_filters]))
        label = said.nearest.format(len(answer.hits))
    if newest and answer.answered:
        _views(settings, said, findings, number)
        return
    with st.expander(label, on_change="rerun", key=f"passages-{number}") as folded:
        if folded.open and answer.answered:
            _views(settings, said, findings, number)
        elif folded.open:
            _ranked(settings, said, findings, answer.hits, f"{number}-rank")


def _views(settings: Settings, said: Texts, findings: Findings, number: int) -> None:
    """The passages, as the reader wants to see them; nothing is asked again."""
    view = st.segmented_control(
        said.view,
        list(said.views),
        default="rank",
        required=True,
        format_func=said.views.__getitem__,
        key=f"view-{number}",
        label_visibility="collapsed",
    )
    key = f"{number}-{view}"
    if view == "source":
        _by_source(settings, said, findings, key)
    elif view == "beside":
        _beside(settings, said, findings, key)
    elif view == "time":
        _ranked(settings, said, findings, findings.by_time(), key)
    else:
        _ranked(settings, said, findings, findings.answer.hits, key)


def _ranked(settings: Settings, said: Texts, findings: Findings, hits: Sequence[Hit], key: str) -> None:
    for hit in hits:
        card.draw(settings, said, findings, hit, f"{key}-{hit.rank}", ranked=True)


def _by_source(settings: Settings, said: Texts, findings: Findings, key: str) -> None:
    """The best of each source, and openly those that have nothing."""
    for at, source in enumerate(findings.by_source[:_SOURCES]):
        card.draw(settings, said, findings, source.hits[0], f"{key}-{at}", ranked=False)
    _more(said, findings)
    _nothing(said, findings.nothing)


def _more(said: Texts, findings: Findings) -> None:
    """The sources that have something, too, after those that are shown."""
    if more := findings.by_source[_SOURCES:]:
        lines = [markup.title_of(one.source.metadata, one.source.name) for one in more]
        st.html(markup.folded(said.found_more.format(len(more)), lines))


def _nothing(said: Texts, sources: Sequence[Source]) -> None:
    if not sources:
        return
    lines = [f"{markup.title_of(one.metadata, one.name)} — {said.nothing}" for one in sources]
    st.html(f'<h3 class="shutten-source">{said.nothing_here}</h3>' + markup.listed(lines[:_NAMED]))
    if more := lines[_NAMED:]:
        st.html(markup.folded(said.nothing_more.format(len(more)), more))


def _beside(settings: Settings, said: Texts, findings: Findings, key: str) -> None:
    """A column for each source; where they do not fill a row, those with nothing take part."""
    room = max(0, _ABREAST - len(findings.by_source))
    columns: list[SourceHits | Source] = [*findings.by_source[:_SOURCES], *findings.nothing[:room]]
    with st.container(key=f"shutten-beside-{key}"):
        for first in range(0, len(columns), _ABREAST):
            row = columns[first : first + _ABREAST]
            for place, one in zip(st.columns(max(2, len(row))), row, strict=False):
                with place:
                    _column(settings, said, findings, one, key)
    _more(said, findings)
    _nothing(said, findings.nothing[room:])


def _column(settings: Settings, said: Texts, findings: Findings, one: SourceHits | Source, key: str) -> None:
    if isinstance(one, Source):
        with st.container(border=True):
            st.html(markup.named(one.metadata, one.name, said))
            st.text(said.nothing)
        return
    for at, hit in enumerate(one.hits):
        card.draw(settings, said, findings, hit, f"{key}-{one.source.name}-{at}", ranked=False)
