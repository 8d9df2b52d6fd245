"""Shutten (出典): ask your own documents, read the passages that answer, each at its exact place.

from pathlib import Path
from retrieval import Searcher, Settings, build, load_encoder

settings = Settings.load()
encoder = load_encoder(settings.model)
build(settings, encoder)
answer = Searcher.open(settings.index, encoder).ask("和平の成否を決めるのは何か", settings.k)
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.building import build
    from retrieval.encoder import Encoder
    from retrieval.encoder import load as load_encoder
    from retrieval.errors import ShuttenError
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

# Read by OpenMP when torch loads it: how often its threads look whether there is work before they sleep. By
# default they go on for so long that, where anything else wants a core, they wait for each other: a question
# that takes 9 ms then takes up to a second. So it stays 9 ms, and 25 with both cores wanted elsewhere, too.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

# found when asked for: the processes that only read documents do without the search and its libraries
_WHERE = {
    "Answer": ("search", "Answer"),
    "Encoder": ("encoder", "Encoder"),
    "Hit": ("search", "Hit"),
    "Quote": ("search", "Quote"),
    "Searcher": ("search", "Searcher"),
    "Settings": ("settings", "Settings"),
    "ShuttenError": ("errors", "ShuttenError"),
    "build": ("building", "build"),
    "load_encoder": ("encoder", "load"),
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'retrieval' has no attribute {name!r}")
    module, own = _WHERE[name]
    return getattr(import_module(f"retrieval.{module}"), own)
