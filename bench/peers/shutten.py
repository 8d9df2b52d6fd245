"""Shutten as it is: the default model and settings.

The documents are read from their file, and the index is written to disk and opened, as `build` and `ask`
do on the command line: both are part of the build's time. The model is the bundled one, in the numbers
that this processor computes with fastest, not the exported folder: that is how the project comes.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval import Searcher, Settings, build, load_encoder
from retrieval.settings import DEFAULT_MODEL

PASSAGES = 30  # as many as each peer gives: enough for ten documents


class System:
    """See measured.py."""

    def __init__(self, _: Path) -> None:
        self._encoder = load_encoder(DEFAULT_MODEL)

    def build(self, corpus: Path, documents: Sequence[Mapping[str, str]]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shutten-")
        settings = Settings.load(seeds=corpus, index=Path(self._folder.name), model=DEFAULT_MODEL)
        build(settings, self._encoder)
        self._searcher = Searcher.open(settings.index, self._encoder)

    def ask(self, question: str) -> list[str]:
        found = []
        for hit in self._searcher.ask(question, PASSAGES).hits:
            # an answer names the documents that say the same beside the one that it quotes
            found += [hit.passage, *(passage for _, passage in hit.twins)]
        return [passage.document.partition("#")[2] for passage in found]  # corpus.jsonl#ID
