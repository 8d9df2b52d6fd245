"""What a build costs, and one after a document has changed, as a share of it.

    PYTHONPATH=. python bench/rebuild.py BEIR_FOLDER [DOCUMENTS]

Documents are the folder's, a file each. The model is loaded before; the machine is shared and noisy, so
compare figures of one run.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from retrieval import Encoder, Settings, build, load_encoder

REBUILDS = 3


def main(folder: str, documents: str = "1000") -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="shutten-") as work:
        settings = Settings.load(seeds=Path(work) / "seeds", index=Path(work) / "index")
        settings.seeds.mkdir()
        lines = (Path(folder) / "corpus.jsonl").read_text("utf-8").splitlines()[: int(documents)]
        for number, line in enumerate(lines):
            one = json.loads(line)
            (settings.seeds / f"{number}.txt").write_text(f"{one['title']}\n\n{one['text']}\n", "utf-8")
        encoder = load_encoder(settings.model)
        encoder.encode_queries([one["text"]])
        whole = _built(settings, encoder)
        print(f"{len(lines)} documents, {encoder.numbers}: {whole:.1f} s")
        for number in range(REBUILDS):
            with (settings.seeds / f"{number}.txt").open("a", encoding="utf-8") as file:
                file.write("この文はあとから加えられた。\n")
            again = _built(settings, encoder)
            print(f"one of them changed: {again:.2f} s, {again / whole:.1%}")


def _built(settings: Settings, encoder: Encoder) -> float:
    """Seconds of a build."""
    start = time.perf_counter()
    build(settings, encoder)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*sys.argv[1:])
