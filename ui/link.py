"""The page's address: what it says, what it is to say, and whether the reader has gone back or forward."""

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from ui.texts import LANGUAGES, Texts

LANGUAGE = "lang"
LATE = 1.0  # seconds in which a click may still come from the address before
_GIVEN_UP = 9  # addresses that are remembered for it
# the page's own script: a constant, a number, and an address in which every sign is encoded
_REPLACE = (
    "<script>history.replaceState(history.state, '', location.pathname + '{query}') /* {number} */</script>"
)

Link = dict[str, list[str]]


def read() -> Link:
    """What the page's address says; what the page has just set it to, where the browser does not know of
    it yet.

    A click that was made before the new address came carries the old one, and is no going back.
    """
    found = {name: st.query_params.get_all(name) for name in st.query_params}
    given_up: list[tuple[float, Link]] = st.session_state.get("links_given_up", [])
    late = any(link == found and time.monotonic() - at < LATE for at, link in given_up)
    return st.session_state.linked if late and is_on_this_page() else found


def has_moved(names: Sequence[str]) -> bool:
    """Whether these parts are not as the page set them: the reader came by the address, or went back or
    forward to it."""
    return part(read(), names) != part(st.session_state.get("linked", {}), names)


def is_on_this_page() -> bool:
    """Whether the page that is drawn is the one that set the address last."""
    written: str | None = st.session_state.get("link_page")
    return _page() in (None, written)


def part(link: Mapping[str, list[str]], names: Sequence[str]) -> Link:
    """These parts of a link."""
    return {name: values for name, values in link.items() if name in names}


def write(said: Texts, parts: Mapping[str, list[str]]) -> None:
    """Let the page's address say these parts and the language.

    That is a step of the browser's history where the reader has changed something; where the reader came
    by an address that says the same in other words, it takes its place, or nobody could go back past it.
    """
    link = dict(parts)
    if said.language != next(iter(LANGUAGES)):
        link[LANGUAGE] = [said.language]
    place = st.empty()
    if link != (before := read()):
        if before == st.session_state.get("linked") and is_on_this_page():
            st.query_params.from_dict(link)
        else:
            query = f"?{urlencode(link, doseq=True)}" if link else ""
            script = _REPLACE.format(query=query, number=time.monotonic_ns())
            place.html(script, unsafe_allow_javascript=True)
        given_up = st.session_state.setdefault("links_given_up", [])
        given_up[:] = [*given_up[-_GIVEN_UP:], (time.monotonic(), before)]
    st.session_state.linked = link
    st.session_state.link_page = _page() or st.session_state.get("link_page")


def _page() -> str | None:
    """Its address without the parts of the link; None where the browser did not say."""
    return st.context.url
