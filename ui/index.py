"""索引: what is indexed, with which settings, what has changed since, what was left out and why."""

import streamlit as st

from retrieval import Settings, building, indexes
from retrieval.errors import NoDocuments
from retrieval.index.build import Changes
from retrieval.index.manifest import Manifest
from ui import frame, link, markup, work
from ui.texts import Texts


def draw(settings: Settings, said: Texts) -> None:
    """The index as it is; a button that builds it anew while the old one answers."""
    frame.head(said, said.index)
    link.write(said, {})
    running = work.show(settings, said)
    if st.button(said.rebuild, key="rebuild", type="primary", disabled=running, icon=":material/refresh:"):
        work.start(settings)
    st.caption(said.meanwhile)
    with frame.failing(said):
        manifest = indexes.manifest(settings.index)
        _facts(settings, said, manifest)
        _changes(settings, said)
        _left_out(said, manifest)


def _facts(settings: Settings, said: Texts, manifest: Manifest) -> None:
    values = {
        "built_at": f"{manifest.built_at.astimezone():%Y-%m-%d %H:%M}",
        "documents": f"{manifest.documents:,}",
        "passages": f"{manifest.passages:,}",
        "sentences": f"{manifest.sentences:,}",
        "model": f"{manifest.model} ({manifest.numbers})",
        "dimension": str(manifest.dimension),
        "passage_size": str(manifest.passage_size),
        "k": str(settings.k),
        "reranker": settings.reranker or "–",
        "seeds": str(settings.seeds),
        "generation": indexes.current(settings.index),
    }
    st.html(markup.table((), [(said.facts[name], value) for name, value in values.items()]))


def _changes(settings: Settings, said: Texts) -> None:
    try:
        found = building.changes(settings)
    except NoDocuments as error:
        frame.fail(said, error)
        return
    if not found:
        st.success(said.current)
        return
    st.header(said.outdated, anchor=False)
    st.html(markup.listed(_lines(said, found)))


def _lines(said: Texts, found: Changes) -> list[str]:
    files = {"added": found.added, "changed": found.changed, "removed": found.removed}
    lines = [f"{said.kinds[kind]}: {name}" for kind, names in files.items() for name in names]
    return lines + [f"{said.kinds['settings']}: {said.settings[name]}" for name in found.settings]


def _left_out(said: Texts, manifest: Manifest) -> None:
    st.header(said.left_out_some, anchor=False)
    if not (manifest.left_out or manifest.stale):
        st.text(said.left_out_none)
        return
    st.html(markup.listed(work.missing(said, manifest)))
