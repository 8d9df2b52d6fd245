"""``serve``: the app."""

import os
import sys
from typing import Annotated

import typer

from retrieval.cli.console import Index, Model, RerankerName, Seeds
from retrieval.settings import PROJECT, Settings


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8501,
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
    reranker: RerankerName = None,
) -> int:
    """Open the app in the browser, on this machine only.

    Its answers are read again by the model's own reranker, unless another is named, or none (--reranker '').
    """
    settings = Settings.load(seeds=seeds, index=index, model=model, reranker=reranker).of_the_page()
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py")]
    os.chdir(PROJECT)  # where Streamlit looks for .streamlit/config.toml
    environment = os.environ | settings.environment()
    os.execve(sys.executable, [*command, "--server.port", str(port)], environment)
