"""The drawer: a whole document, open at a passage, with its neighbours and a permanent link."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import streamlit as st

from retrieval import Hit, Settings
from retrieval.errors import UsageError
from retrieval.reading import places
from ui import engine, frame, markup
from ui.texts import Texts

# the page's own script: a constant, never text from a document or a reader
_SHOW = """<script>
{
  const passage = document.getElementById('shutten-passage');
  const box = passage?.closest('.shutten-document');
  const show = (one, below) => { box.scrollTop += at(one).top - at(box).top - below; };
  const at = (one) => one.getBoundingClientRect();
  if (box) {
    show(passage, 64);
    // where the sentence stands too far down in the passage to be seen, begin a little above it
    const sentence = passage.querySelector('mark');
    const end = Math.min(at(box).bottom, innerHeight);
    if (at(sentence).bottom > end) show(sentence, (end - at(box).top) / 3);
  }
}
/* {at} */
</script>"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open: a document, the passage's and the sentence's character. `text` is what is expected."""

    name: str
    at: int
    sentence: int | None = None
    text: str | None = None


def open_hit(hit: Hit) -> None:
    """Open the drawer at a passage of an answer."""
    passage = hit.passage
    st.session_state.opened = Opened(passage.document, passage.start, hit.quote.start, passage.text)


def open_at(name: str, at: int, sentence: int | None = None) -> None:
    """Open the drawer at a place of a document, or move it there."""
    st.session_state.opened = Opened(name, at, sentence)


def opened() -> Opened | None:
    """What is open, if anything."""
    found: Opened | None = st.session_state.get("opened")
    return found


def close() -> None:
    """Nothing is open any more."""
    st.session_state.opened = None


def draw(settings: Settings, said: Texts, follow: Callable[[], None] | None = None) -> None:
    """The drawer, where one is open; `follow` is called whenever it shows another place."""
    if opened():
        dialog = st.dialog(said.document, width=760, position="right", on_dismiss=close)
        dialog(_draw)(settings, said, follow)


def _draw(settings: Settings, said: Texts, follow: Callable[[], None] | None) -> None:
    asked = opened()
    if asked is None:
        return
    try:
        place = places.find(engine.searcher(settings).index.catalog, asked.name, asked.at, asked.sentence)
    except UsageError as error:
        frame.fail(said, error, said.no_place)
        return
    if follow:
        follow()
    if asked.text is not None and asked.text != place.passage.text:
        st.warning(said.changed)
    st.html(markup.named(place.document.metadata, place.document.name, said))
    with st.container(horizontal=True, vertical_alignment="center"):
        _step(said.before, "before", asked.name, place.before)
        st.caption(said.number.format(place.number, place.count), width="content")
        _step(said.after, "after", asked.name, place.after)
        with st.popover(said.permalink, icon=":material/link:", type="tertiary", key="permalink"):
            st.code(_link(place), language=None, wrap_lines=True)
    st.html(
        markup.document(place, said) + _SHOW.replace("{at}", str(place.passage.start)),
        unsafe_allow_javascript=True,
    )


def _step(label: str, key: str, name: str, at: int | None) -> None:
    args = (name, at or 0)
    st.button(label, key=f"reader-{key}", type="tertiary", disabled=at is None, on_click=open_at, args=args)


def _link(place: places.Place) -> str:
    """The address that opens the drawer here again; the question page answers to it."""
    parts = urlsplit(st.context.url or "")
    query = urlencode(places.to_link(place.document.name, place.passage.start, place.sentence.start))
    return f"{parts.scheme}://{parts.netloc}/?{query}"
