"""質問: a question, and the passages that answer it."""

import streamlit as st

from retrieval import Answer, Hit, Settings, ShuttenError
from retrieval.errors import NoIndex
from retrieval.evaluation import feedback
from retrieval.index import Progress
from ui import engine, passage_card
from ui.texts import JA

LONGEST_QUESTION = 2000
# the page's own scripts: constants and a number, never text from a document or a reader
_SHOW_PASSAGE = (
    "<script>document.getElementById('shutten-passage')?.scrollIntoView({block: 'center'})</script>"
)
_SHOW_QUESTION = (
    "<script>document.getElementById('shutten-question-{number}')"
    "?.scrollIntoView({{block: 'start'}})</script>"
)


def page() -> None:
    """The conversation so far, and the next question."""
    st.html(passage_card.STYLE)
    st.title(JA.name)
    st.caption(JA.introduction)
    try:
        settings = Settings.load()
        _prepare(settings)
        if trouble := engine.searcher(settings).index.trouble:
            st.warning(_plain(JA.older.format(reason=trouble)))
    except ShuttenError as error:
        st.error(_plain(JA.failed.format(reason=error)))
        st.stop()
    conversation: list[Answer] = st.session_state.setdefault("conversation", [])
    for number, answer in enumerate(conversation):
        _draw(settings, answer, number)
    # in st.bottom, since a chat input of its own makes Streamlit scroll to the last passage
    asked = st.bottom.chat_input(JA.placeholder, max_chars=LONGEST_QUESTION)
    if asked and (found := _ask(settings, asked)):
        conversation.append(found)
        newest = len(conversation) - 1
        _draw(settings, found, newest)
        st.html(_SHOW_QUESTION.format(number=newest), unsafe_allow_javascript=True)


def _prepare(settings: Settings) -> None:
    """Load the model and the index; build the index, with progress, where there is none."""
    try:
        with st.spinner(JA.searching):
            engine.searcher(settings)
    except NoIndex:
        with st.status(JA.building, expanded=True) as status:
            bar = st.progress(0.0)

            def report(progress: Progress) -> None:
                label = f"{JA.stages[progress.stage]} {progress.done}/{progress.total}"
                bar.progress(progress.done / max(1, progress.total), text=label)

            for one in engine.ensure_index(settings, report):
                st.warning(_plain(JA.left_out.format(name=one.name, reason=one.reason)))
            status.update(state="complete", expanded=False)
        engine.searcher(settings)


def _ask(settings: Settings, question: str) -> Answer | None:
    try:
        with st.spinner(JA.searching):
            return engine.searcher(settings).ask(question, settings.k)
    except ShuttenError as error:
        st.error(_plain(JA.failed.format(reason=error)))
        return None


def _draw(settings: Settings, answer: Answer, number: int) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.html(passage_card.question(answer.question, number))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        if answer.answered:
            _draw_hits(settings, answer, number)
        else:
            st.info(JA.not_found)
            with st.expander(JA.nearest):
                _draw_hits(settings, answer, number)


def _draw_hits(settings: Settings, answer: Answer, number: int) -> None:
    for hit in answer.hits:
        with st.container(border=True):
            st.html(passage_card.card(hit, JA))
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                if st.button(JA.open, key=f"open-{number}-{hit.rank}", type="tertiary"):
                    _open(settings, hit)
                key = f"right-{number}-{hit.rank}"
                st.feedback("thumbs", key=key, on_change=_record, args=(settings, answer, hit, key))


def _record(settings: Settings, answer: Answer, hit: Hit, key: str) -> None:
    """Keep the reader's thumb; question sets grow from these (`questions add`)."""
    thumb = st.session_state[key]
    if thumb is not None:
        feedback.record(settings.feedback, answer.question, hit, right=bool(thumb))
        st.toast(JA.recorded)


@st.dialog(JA.document, width="large", position="right")
def _open(settings: Settings, hit: Hit) -> None:
    """The whole document, scrolled to the passage."""
    document = engine.searcher(settings).index.catalog.document(hit.passage.document)
    if document is None or document.text[hit.passage.start : hit.passage.end] != hit.passage.text:
        st.warning(JA.changed)
        return
    st.html(f'<div class="shutten-source">{passage_card.heading(document)}</div>')
    st.html(passage_card.marked(document, hit) + _SHOW_PASSAGE, unsafe_allow_javascript=True)


def _plain(text: str) -> str:
    """The text with Markdown's signs taken literally: it may hold a file's name."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|$:~" else sign for sign in text)
