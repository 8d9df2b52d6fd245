"""質問: a question, and the passages that answer it."""

import time
from collections import deque
from dataclasses import dataclass
from functools import partial

import streamlit as st

from retrieval import Searcher, Settings, ShuttenError
from retrieval.errors import UsageError
from retrieval.index.selection import Selection
from retrieval.reading import conversation, filters, findings, places, topics
from retrieval.reading.findings import Findings
from retrieval.search import confidence
from ui import answer, frame, link, markup, reader, work
from ui import filters as filter_widgets
from ui.texts import Texts

_SHOWN = 300  # characters of a question that could not be asked
KEPT = 100  # answers that a conversation keeps; the oldest go first
_OPENINGS, _FOLLOWING = 6, 3
# the page's own script: a constant and two numbers, never text from a document or a reader. It shows the
# question again as the answer grows, for a page that is still short cannot be scrolled so far, until the
# reader begins to move about
_SHOW_QUESTION = """<script>
(() => {{
  const question = document.getElementById('shutten-question-{number}');
  const page = question?.closest('[data-testid="stMainBlockContainer"]');
  if (!page) return;
  const drawn = new ResizeObserver(() => question.scrollIntoView({{block: 'start'}}));
  const leave = () => drawn.disconnect();
  drawn.observe(page);
  setTimeout(leave, 5000);
  for (const moves of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    addEventListener(moves, leave, {{once: true, capture: true}});
}})() /* {moment} */
</script>"""


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
        st.chat_input(said.placeholder, key="typed", on_submit=_typed)
    if not held and not _waiting():
        _begin(said, searcher)
    first = _next(held)
    trouble = _ask(settings, said, searcher, selection, held)
    for exchange in held:
        _draw(settings, said, searcher, exchange, newest=exchange is held[-1])
    if first < _next(held):
        _show(first)
    for question, error in trouble.items():
        _refuse(said, question, error, _next(held))
    if held:
        with tools:
            _keep(said, held)
    follow = partial(_write_link, said, selection)
    reader.draw(settings, said, follow)
    if not reader.opened():
        follow()


def _follow_link(said: Texts, searcher: Searcher) -> None:
    """What the address asks for, where the reader came by it, or went back or forward to it."""
    if link.has_come():
        reader.close()
    if not link.has_moved():
        return
    asked, catalog = link.read(), searcher.index.catalog
    filter_widgets.take(filter_widgets.of_link(asked, catalog))
    if not filters.kept(asked, st.session_state.selection):
        st.warning(said.filter_gone)
    if "doc" in asked:
        try:
            place = places.of_link(asked["doc"][0], asked.get("at", ["0"])[0])
            places.find(catalog, *place)
        except UsageError as error:
            frame.fail(said, error, said.no_place)
        else:
            reader.open_at(*place)


def _write_link(said: Texts, selection: Selection) -> None:
    """Let the address say the filters and the open place."""
    parts = filters.to_link(selection)
    if opened := reader.opened():
        place = places.to_link(
            opened.name, opened.at, opened.at if opened.sentence is None else opened.sentence
        )
        parts |= {name: [value] for name, value in place.items()}
    link.write(said, parts)


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
    _waiting().append(question)


def _typed() -> None:
    _ask_next(st.session_state.typed)


def _waiting() -> deque[str]:
    """Questions that were not searched for yet. They are kept: the next click cuts a page's run short."""
    waiting: deque[str] = st.session_state.setdefault("waiting", deque())
    return waiting


def _ask(
    settings: Settings, said: Texts, searcher: Searcher, selection: Selection, held: list[Exchange]
) -> dict[str, ShuttenError]:
    """Search for what waits, and add what is found to the conversation; what could not be asked, and why."""
    trouble: dict[str, ShuttenError] = {}
    waiting = _waiting()
    while waiting:
        with st.spinner(said.searching):
            question = waiting[0]
            try:  # nothing is drawn in between, so no click cuts it short
                held.append(_exchange(settings, searcher, question, selection, _next(held)))
            except ShuttenError as error:
                trouble[question] = error
            finally:
                waiting.popleft()
    del held[: max(0, len(held) - KEPT)]
    return trouble


def _exchange(
    settings: Settings, searcher: Searcher, question: str, selection: Selection, number: int
) -> Exchange:
    """What is found. Raises ShuttenError where the question cannot be asked."""
    found = findings.find(searcher, question, settings.k, selection)
    following = topics.following(searcher.index.catalog, found, _FOLLOWING)
    return Exchange(number, found, following)


def _next(held: list[Exchange]) -> int:
    return held[-1].number + 1 if held else 0


def _refuse(said: Texts, question: str, trouble: ShuttenError, number: int) -> None:
    """Why a question could not be asked, where its answer would stand; it stays readable above that."""
    with st.chat_message("user", avatar=":material/person:"):
        shown = question if len(question) <= _SHOWN else f"{question[:_SHOWN]}…"
        st.html(markup.question(shown, number))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        frame.fail(said, trouble)
    _show(number)


def _show(number: int) -> None:
    """Move the view to a question; one that could not be asked, and the next, have the same number."""
    script = _SHOW_QUESTION.format(number=number, moment=time.monotonic_ns())
    st.html(script, unsafe_allow_javascript=True)


def _draw(settings: Settings, said: Texts, searcher: Searcher, exchange: Exchange, *, newest: bool) -> None:
    found, number = exchange.findings, exchange.number
    with st.chat_message("user", avatar=":material/person:"):
        st.html(markup.question(found.answer.question, number))
        if filtered := filter_widgets.described(said, found.selection, searcher.index.catalog):
            st.text(filtered)
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
