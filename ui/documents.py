"""文書: every source that there is; add to them, remove from them, read them."""

import logging
from dataclasses import dataclass

import streamlit as st

from retrieval import Settings, ShuttenError, building, indexes
from retrieval.documents import FORMATS, file_of, find
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index.catalog import Holding
from retrieval.index.manifest import Manifest
from retrieval.index.protocols import Documents
from retrieval.reading import holdings, intake
from ui import engine, frame, link, markup, reader, work
from ui.texts import Texts

log = logging.getLogger(__name__)

_ROWS = 20  # documents on a page


def draw(settings: Settings, said: Texts) -> None:
    """What is held, and what to do with it."""
    frame.head(said, said.documents)
    if link.has_come():
        reader.close()
        _keep_it()
    link.write(said, {})
    _add(settings, said)
    work.show(settings, said)
    manifest = _manifest(settings)
    if manifest:
        catalog = indexes.catalog(settings.index)
        _waiting(settings, said)
        _held(settings, said, catalog)
        if lines := work.missing(said, manifest):
            st.header(said.unread, anchor=False)
            st.html(markup.listed(lines))
    reader.draw(settings, said)
    _confirm(settings, said)


def _manifest(settings: Settings) -> Manifest | None:
    """What the index was built from; None before the first build."""
    try:
        return indexes.manifest(settings.index)
    except NoIndex:
        return None


def _waiting(settings: Settings, said: Texts) -> None:
    """Files that have come, gone or changed since."""
    job = engine.last_rebuild(settings)
    if job and job.running:
        return
    try:
        found = building.changes(settings)
    except NoDocuments as error:
        frame.fail(said, error)
        return
    if found:
        st.warning(said.waiting)
        if st.button(said.rebuild, key="take-in"):
            work.start(settings)


def _add(settings: Settings, said: Texts) -> None:
    """Files dropped here are checked, stored and built in."""
    with st.form("add", clear_on_submit=True):
        st.header(said.add, anchor=False)
        kinds = " ".join(FORMATS)
        st.file_uploader(
            said.add_label,
            type=[ending.removeprefix(".") for ending in FORMATS],
            accept_multiple_files=True,
            max_upload_size=intake.LARGEST // 2**20,
            key="files",
        )
        st.caption(said.add_help.format(kinds, intake.LARGEST // 2**20))
        st.form_submit_button(said.add_yes, key="add-files", on_click=_store, args=(settings,))
    # they stay until the next ones: what was refused must not vanish with the end of the build
    for one in _taken():
        if one.trouble:
            line = f"{said.refused}: {one.name}. {frame.failure(said, one.trouble)}"
            st.html(markup.notice(line, good=False))
            frame.detail(said, str(one.trouble))
        else:
            st.html(markup.notice(f"{said.added}: {one.name}", good=True))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file by the name that it was stored under; or by its own, and the trouble with it."""

    name: str
    trouble: ShuttenError | None = None


def _store(settings: Settings) -> None:
    """Store what was dropped, and build it in: before anything is drawn, where a click would cut it short."""
    files, taken = st.session_state.files, _taken()
    taken[:] = [_take(settings, one.name, one.getvalue()) for one in files]
    if not all(one.trouble for one in taken):
        work.begin(settings)


def _taken() -> list[_Taken]:
    taken: list[_Taken] = st.session_state.setdefault("taken", [])
    return taken


def _take(settings: Settings, name: str, data: bytes) -> _Taken:
    try:
        return _Taken(intake.add(settings.seeds, name, data, settings.limits))
    except ShuttenError as error:
        log.warning("%s: %s", name, error)
        return _Taken(name, error)


def _held(settings: Settings, said: Texts, catalog: Documents) -> None:
    """The documents, as many as a page holds, each with its buttons."""
    found = catalog.holdings()
    st.header(said.held.format(len(found)), anchor=False)
    search, order = st.columns([3, 1])
    wanted = search.text_input(said.search, key="search")
    by = order.selectbox(said.sort, list(holdings.ORDERS), format_func=said.orders.__getitem__, key="sort")
    shown = holdings.chosen(found, wanted, by)
    if not shown:
        st.info(said.nothing_held)
    pages = -(-len(shown) // _ROWS)
    page = st.pagination(pages, key="documents-page") if pages > 1 else 1
    for one in shown[(page - 1) * _ROWS : page * _ROWS]:
        _row(said, one)


def _row(said: Texts, one: Holding) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"held-{one.name}"):
        facts = [said.size.format(one.size), said.passages_of.format(one.passages)]
        facts += [said.flawed_of.format(one.flawed)] if one.flawed else []
        st.html(markup.holding(one, facts, said))
        name = markup.label(one.metadata.title or one.name)
        st.button(
            said.read,
            key=f"read-{one.name}",
            help=name,
            type="tertiary",
            icon=":material/menu_book:",
            on_click=reader.open_at,
            args=(one.name, 0),
        )
        st.button(
            said.remove,
            key=f"remove-{one.name}",
            help=name,
            type="tertiary",
            icon=":material/delete:",
            on_click=_ask_to_remove,
            args=(one.name,),
        )


def _ask_to_remove(name: str) -> None:
    st.session_state.removing = name


def _keep_it() -> None:
    st.session_state.removing = None


def _confirm(settings: Settings, said: Texts) -> None:
    """Nothing is deleted before the reader has said so."""
    name = st.session_state.get("removing")
    if name:
        st.dialog(said.remove_title, on_dismiss=_keep_it)(_removal)(settings, said, name)


def _removal(settings: Settings, said: Texts, name: str) -> None:
    with frame.failing(said):
        files = find(settings.seeds)
        file = file_of(name, files)
        st.html(f"<p><b>{markup.text(file)}</b></p>")
        st.text(said.remove_this)
        held = indexes.catalog(settings.index).names()
        count = sum(file_of(one, files) == file for one in held)
        if count > 1:
            st.warning(said.remove_many.format(count))
        with st.container(horizontal=True):
            if st.button(said.remove_yes, key="remove-yes", type="primary"):
                _keep_it()
                intake.remove(settings.seeds, file)
                work.begin(settings)
                st.toast(said.removed)
                st.rerun()
            if st.button(said.cancel, key="remove-no"):
                _keep_it()
                st.rerun()
