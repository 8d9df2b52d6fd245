"""Shutten's pages. Start it with: python -m retrieval serve"""

import streamlit as st

from ui import ask
from ui.texts import JA

st.set_page_config(page_title=JA.name, page_icon="📖", layout="centered")
st.navigation([st.Page(ask.page, title=JA.ask, default=True)], position="top").run()
