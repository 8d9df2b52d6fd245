"""The page map."""

from functools import partial

import streamlit as st

from ui import ask, documents, evaluate, frame, index

said = frame.texts()
st.set_page_config(page_title=said.name, page_icon="📖", layout="centered")
pages = {
    "ask": (said.ask, ":material/question_answer:", ask.draw),
    "documents": (said.documents, ":material/library_books:", documents.draw),
    "evaluate": (said.evaluate, ":material/monitoring:", evaluate.draw),
    "index": (said.index, ":material/database:", index.draw),
}
st.navigation(
    [
        st.Page(partial(frame.page, draw), title=title, icon=icon, url_path=path, default=path == "ask")
        for path, (title, icon, draw) in pages.items()
    ],
    position="top",
).run()
