"""質問: a question, and the passages that answer it."""

import time
from dataclasses import dataclass
from functools import partial

import streamlit as st

from retrieval import Searcher, Settings, ShuttenError
from retrieval.errors import UsageError
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.reading import conversation, filters, findings, places, topics
from retrieval.reading.findings import Findings
from retrieval.search import confidence
from ui import answer, frame, markup, reader, work
from ui import filters as filter_widgets
from ui.texts import LANGUAGES, Texts

LONGEST_QUESTION = 2000
LATE = 1.0  # seconds in which a click may still come from the address before
_GIVEN_UP = 9  # addresses that are remembered for it
KEPT = 100  # answers that a conversation keeps; the oldest go first
_OPENINGS, _FOLLOWING = 6, 3
# the page's own script: a constant and a number, never text from a document or a reader
_SHOW_QUESTION = (
    "<script>document.getElementById('shutten-question-{number}')"
    "?.scrollIntoView({{block: 'start'}})</script>"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of the conversation, counted from 0, what was found, and what to go on with."""

    number: int
    findings: Findings
    following: tuple[str, ...]


def draw(settings: Settings, said: Texts) -> None:
    """The conversation so far, and the next question."""
    frame.head(said, said.name)
    searcher = work.ready(settings, said)
    _follow_link(said, searcher)
    held: list[Exchange] = st.session_state.setdefault("conversation", [])
    # in st.bottom, since a chat input of its own makes Streamlit scroll to the last passage
    with st.bottom:
        tools = st.container(horizontal=True, vertical_alignment="center", key="shutten-tools")
        with tools:
            selection = filter_widgets.choose(said, searcher.index.catalog)
        typed = st.chat_input(said.placeholder, max_chars=LONGEST_QUESTION)
    asked = typed or st.session_state.pop("asked", None)
    if not held and not asked:
        _begin(said, searcher)
    new = _ask(settings, said, searcher, asked, selection) if asked else None
    del held[: max(0, len(held) + bool(new) - KEPT)]
    for exchange in held:
        _draw(settings, said, searcher, exchange, newest=exchange is held[-1] and not new)
    if new:
        held.append(new)
        _draw(settings, said, searcher, new, newest=True)
        st.html(_SHOW_QUESTION.format(number=new.number), unsafe_allow_javascript=True)
    if held:
        with tools:
            _keep(said, held)
    follow = partial(_set_link, said, selection)
    follow()
    reader.draw(settings, said, follow)


def _follow_link(said: Texts, searcher: Searcher) -> None:
    """Where the page did not set its address, the reader came by it, or went back or forward to it."""
    link, before = _link(), st.session_state.get("linked", {})
    if _part(link, filters.PARTS) != _part(before, filters.PARTS):
        _filter_as_linked(said, searcher, link)
    if _part(link, places.PARTS) != _part(before, places.PARTS):
        reader.close()
        if "doc" in link:
            try:
                reader.open_at(*places.of_link(link["doc"][0], link.get("at", ["0"])[0]))
            except UsageError as error:
                frame.fail(said, error, said.no_place)


def _filter_as_linked(said: Texts, searcher: Searcher, link: dict[str, list[str]]) -> None:
    # from another page the reader comes with an empty address, and the filters stay as they were
    if _part(link, filters.PARTS) or filter_widgets.are_drawn():
        filter_widgets.take(filter_widgets.of_link(searcher.index.catalog))
        if not filters.kept(link, st.session_state.selection):
            st.warning(said.filter_gone)


def _link() -> dict[str, list[str]]:
    """The page's address; what the page has just set it to, where the browser does not know of it yet.

    A click that was made before the new address came carries the old one, and is no going back.
    """
    found = {name: st.query_params.get_all(name) for name in st.query_params}
    given_up: list[tuple[float, dict[str, list[str]]]] = st.session_state.get("links_given_up", [])
    late = any(link == found and time.monotonic() - at < LATE for at, link in given_up)
    return st.session_state.linked if late else found


def _part(link: dict[str, list[str]], names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: values for name, values in link.items() if name in names}


def _set_link(said: Texts, selection: Selection) -> None:
    """Let the page's address say what is seen: filters, the open place, the language."""
    link: dict[str, list[str]] = filters.to_link(selection)
    if said.language != next(iter(LANGUAGES)):
        link["lang"] = [said.language]
    if opened := reader.opened():
        place = places.to_link(
            opened.name, opened.at, opened.at if opened.sentence is None else opened.sentence
        )
        link |= {name: [value] for name, value in place.items()}
    if link != (before := _link()):
        st.query_params.from_dict(link)
        given_up = st.session_state.setdefault("links_given_up", [])
        given_up[:] = [*given_up[-_GIVEN_UP:], (time.monotonic(), before)]
    st.session_state.linked = link


def _begin(said: Texts, searcher: Searcher) -> None:
    """What the page is, and questions to try."""
    st.text(said.introduction)
    _suggest(said, said.suggestions, topics.openings(searcher.index.catalog, _OPENINGS), "opening")


def _suggest(said: Texts, label: str, subjects: tuple[str, ...], key: str) -> None:
    if not subjects:
        return
    st.caption(label)
    with st.container(horizontal=True, gap="small", key=f"suggestions-{key}"):
        for at, subject in enumerate(subjects):
            question = subject if topics.is_question(subject) else said.about.format(subject)
            shown = markup.label(question)
            st.button(shown, key=f"suggestion-{key}-{at}", on_click=_ask_next, args=(question,))


def _ask_next(question: str) -> None:
    st.session_state.asked = question


def _ask(
    settings: Settings, said: Texts, searcher: Searcher, question: str, selection: Selection
) -> Exchange | None:
    """What is found; None where nothing could be asked, and the page has said why."""
    held: list[Exchange] = st.session_state.conversation
    try:
        with st.spinner(said.searching):
            found = findings.find(searcher, question, settings.k, selection)
    except UsageError as error:
        empty = "EmptySelection" if question.strip() else "EmptyQuestion"
        frame.fail(said, error, said.failures[empty])
        return None
    except ShuttenError as error:
        frame.fail(said, error)
        return None
    following = topics.following(searcher.index.catalog, found, _FOLLOWING)
    return Exchange(held[-1].number + 1 if held else 0, found, following)


def _draw(settings: Settings, said: Texts, searcher: Searcher, exchange: Exchange, *, newest: bool) -> None:
    found, number = exchange.findings, exchange.number
    with st.chat_message("user", avatar=":material/person:"):
        st.html(markup.question(found.answer.question, number))
        if found.selection != EVERYTHING:
            st.text(filter_widgets.described(said, found.selection, searcher.index.catalog))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        answer.draw(settings, said, found, number, newest=newest)
        if newest:
            _suggest(said, said.following, exchange.following, f"after-{number}")


def _keep(said: Texts, held: list[Exchange]) -> None:
    """Save the conversation, or begin a new one."""
    labels = conversation.Labels(
        title=said.export_title,
        quote=f"{said.quote}:",
        unanswered=said.not_found,
        twins=f"{said.also}:",
        place=lambda hit: markup.place(hit, said),
        sureness=lambda hit: said.sureness.format(said.levels[confidence.level(hit.confidence)]),
    )
    st.download_button(
        said.export,
        lambda: conversation.export([one.findings for one in held], labels),
        file_name="shutten.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
        key="export",
        type="tertiary",
    )
    st.button(said.new, key="new", icon=":material/add_comment:", type="tertiary", on_click=held.clear)
