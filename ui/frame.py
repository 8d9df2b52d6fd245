"""What every page has around it: style, language, and one sentence where something fails."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from retrieval import Settings, ShuttenError
from retrieval.settings import PROJECT
from ui import link, markup
from ui.texts import JA, LANGUAGES, Texts

log = logging.getLogger(__name__)

# the page's own script: a constant, never text from a document or a reader
_LANGUAGE = "<script>document.documentElement.lang = '{0}'</script>"


def texts() -> Texts:
    """The texts of the language that the reader chose: by the link, the switch, or by going back."""
    if asked := link.language():
        st.session_state.language = asked
    return LANGUAGES.get(st.session_state.get("language", JA.language), JA)


def head(said: Texts, title: str) -> None:
    """The page's title and the language switch."""
    st.html(PROJECT / "ui" / "style.css")
    st.html(f'<style>:root {{ --shutten-choose: "{said.choose}"; }}</style>')
    st.html(_LANGUAGE.format(said.language), unsafe_allow_javascript=True)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="shutten-head"):
        st.title(title, anchor=False)
        st.button(said.other, key="language-switch", type="tertiary", on_click=_switch)


def _switch() -> None:
    here = texts()
    [other] = [language for language in LANGUAGES if language != here.language]
    st.session_state.language = other
    link.overrule()


def page(draw: Callable[[Settings, Texts], None]) -> None:
    """Draw a page; where something keeps it from being drawn, say so in one sentence."""
    said = texts()
    with failing(said):
        draw(Settings.load(), said)


@contextmanager
def failing(said: Texts) -> Iterator[None]:
    """Turn an error that is meant for the reader into one sentence."""
    try:
        yield
    except ShuttenError as error:
        fail(said, error)


def fail(said: Texts, error: Exception, sentence: str | None = None) -> None:
    """One sentence in the page's language and what to do; details below it and in the log."""
    log.warning("%s: %s", type(error).__name__, error)
    st.error(sentence or failure(said, error))
    if isinstance(error, ShuttenError) and str(error):
        detail(said, str(error))


def failure(said: Texts, error: Exception) -> str:
    """What has failed, in the page's language."""
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next(said.failures[kind] for kind in kinds if kind in said.failures)


def older(said: Texts, trouble: str) -> None:
    """Say that the index before the current one answers, and why."""
    st.warning(said.older)
    detail(said, trouble)


def detail(said: Texts, lines: str) -> None:
    """What is behind a sentence, folded away: in English, as the log has it."""
    with st.expander(said.detail):
        st.html(markup.listed(lines.split("\n")))


def unexpected(error: Exception) -> bool:
    """What no one has foreseen: one sentence on the page, the rest in the log."""
    log.error("unexpected", exc_info=error)
    st.error(texts().failures["Exception"])
    return True
