"""Shutten (出典): ask your own documents, read the passages that answer, each at its exact place.

from pathlib import Path
from retrieval import Searcher, Settings, build, load_encoder

settings = Settings.load()
encoder = load_encoder(settings.model)
build(settings, encoder)
answer = Searcher.open(settings.index, encoder).ask("和平の成否を決めるのは何か", settings.k)
"""

from retrieval.encoder import Encoder
from retrieval.encoder import load as load_encoder
from retrieval.errors import ShuttenError
from retrieval.index import build
from retrieval.search import Answer, Hit, Quote, Searcher
from retrieval.settings import Settings

__all__ = [
    "Answer",
    "Encoder",
    "Hit",
    "Quote",
    "Searcher",
    "Settings",
    "ShuttenError",
    "build",
    "load_encoder",
]
