"""Shutten's app. Start it with: python -m retrieval serve"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from ui import ask, documents, engine, evaluate, frame, index  # noqa: F401 - imported once, before any visit


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load model and index before the first reader comes."""
    engine.warm_up()
    yield {}


app = st.App("ui/pages.py", lifespan=lifespan, on_script_error=frame.unexpected)
