"""The page's address: what it says, what it is to say, and whether the reader came by it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st

from ui.texts import Texts

LANGUAGE = "lang"
LATE = 1.0  # seconds in which a click may still come from the address before
_GIVEN_UP = 9  # addresses that are remembered for it
# the page's own script: a constant, a number, and an address in which every sign is encoded
_REPLACE = (
    "<script>history.replaceState(history.state, '', location.pathname + '?{query}') /* {number} */</script>"
)

Link = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Written:
    """What this session's pages have set the address to last, and which page did; None before the first."""

    link: Link = field(default_factory=dict)
    page: str | None = None
    unheard: Link = field(default_factory=dict)  # what the page's script took the place of last


def read() -> Link:
    """What the page's address says; what the page has set it to, where Streamlit's part in the browser does
    not know of it.

    A click that was made before the new address came carries the old one, and is no going back. So does
    every click after the page's own script has set it, of which Streamlit is not told: the address that it
    took the place of is nowhere in the history, so nobody can have gone back to it.
    """
    found = {name: st.query_params.get_all(name) for name in st.query_params}
    given_up: list[tuple[float, Link]] = st.session_state.get("links_given_up", [])
    late = any(link == found and time.monotonic() - at < LATE for at, link in given_up)
    unheard = bool(found) and found == _written().unheard
    return _written().link if (late or unheard) and is_on_this_page() else found


def has_moved() -> bool:
    """Whether the reader came to this page by its address, or went back or forward to it.

    The menu leads to addresses that say nothing, a page that has been drawn to those that say at least
    the language: so a step back is told apart from a click in the menu, which Streamlit does not tell.
    """
    found = read()
    return bool(found) and (found != _written().link or not is_on_this_page())


def has_come() -> bool:
    """Whether the reader has come here anew: by an address, or from another page."""
    return has_moved() or not is_on_this_page()


def language() -> str | None:
    """The language that the reader came by an address for; None where that says none, or where the reader
    has chosen another since."""
    found = read()
    overruled = found == st.session_state.get("overruled")
    return found[LANGUAGE][0] if has_moved() and LANGUAGE in found and not overruled else None


def overrule() -> None:
    """The reader has chosen a language: that of this address counts no more, although the page has not
    come so far as to set another."""
    st.session_state.overruled = read()


def is_on_this_page() -> bool:
    """Whether the page that is drawn is the one that set the address last."""
    return _page() in (None, _written().page)


def write(said: Texts, parts: Mapping[str, list[str]]) -> None:
    """Let the page's address say these parts and the language.

    That is a step of the browser's history where the reader has changed something; where the reader came
    by an address that says nothing, or the same in other words, it takes its place, or nobody could go
    back past it.
    """
    link = {**parts, LANGUAGE: [said.language]}
    place, unheard = st.empty(), _written().unheard
    if link != (before := read()):
        if not before or has_moved():
            unheard = before
            query = urlencode(link, doseq=True)
            script = _REPLACE.format(query=query, number=time.monotonic_ns())
            place.html(script, unsafe_allow_javascript=True)
        else:
            st.query_params.from_dict(link)
        given_up = st.session_state.setdefault("links_given_up", [])
        given_up[:] = [*given_up[-_GIVEN_UP:], (time.monotonic(), before)]
    st.session_state.pop("overruled", None)
    st.session_state.written = _Written(link, _page() or _written().page, unheard)


def _written() -> _Written:
    found: _Written = st.session_state.get("written", _Written())
    return found


def _page() -> str | None:
    """Its address without the parts of the link; None where the browser did not say."""
    return st.context.url
