"""The default model as a SentenceTransformer in a folder, float32, e5's prefixes among its prompts.

    PYTHONPATH=. python bench/peers/export.py FOLDER

What the app loads is narrowed to bfloat16 where the processor has it; the peers get the weights as they
were before, as they would from a model hub, in the numbers that their frameworks compute with by default.
"""

import sys

from retrieval import adapter, bundled_e5, e5_file
from retrieval.settings import DEFAULT_MODEL


def main(folder: str) -> None:
    """Write it."""
    _, _, learnt = DEFAULT_MODEL.partition("+")
    model = bundled_e5.model(e5_file.read())
    adapter.read(learnt).merge(model.get_submodule("0.model"))
    model.save(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
