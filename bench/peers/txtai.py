"""txtai: Embeddings with content, over Transformers and FAISS.

Documented: `path` and `content` of the introduction, the prefixes by `instructions`; an index of (id, text)
as they come, `search` by meaning. A folder is read with Transformers and the pooling that it names, vectors
have unit length, FAISS's flat index compares by inner product up to 5,000 texts: all by default. So is the
search without keywords: `hybrid`, which adds them, is an option.

Given: the title in front of the text, as BEIR has it; 30 texts of an answer, as the others give passages.
Texts are not split, as in the introduction: the model reads 512 tokens, about 800 characters of Japanese.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from txtai import Embeddings

TEXTS = 30


class System:
    """See measured.py."""

    def __init__(self, model: Path) -> None:
        self._embeddings = Embeddings(
            path=str(model), content=True, instructions={"query": "query: ", "data": "passage: "}
        )

    def build(self, corpus: Path, documents: Sequence[Mapping[str, str]]) -> None:
        self._embeddings.index((one["_id"], f"{one['title']}\n{one['text']}") for one in documents)

    def ask(self, question: str) -> list[str]:
        return [found["id"] for found in self._embeddings.search(question, TEXTS)]
