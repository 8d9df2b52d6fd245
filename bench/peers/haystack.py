"""Haystack: RecursiveDocumentSplitter, SentenceTransformers embedders, InMemoryDocumentStore; two pipelines.

Documented: one pipeline that splits, embeds and writes, one that embeds the question and retrieves; the
prefixes by `prefix`, the title by `meta_fields_to_embed`, in front of each passage; the store in memory of
the tutorials, which compares by inner product by default. FAISS is a package of its own there, and the
store in memory is one matrix product.

Given: passages of 400 characters, as the project's, overlapping by 50, split at lines, 。 and 、 (the
defaults count words by spaces and find sentences by English rules); unit length, which e5 wants; 30
passages of an answer, which hold ten documents; no progress bar, since its file is a log here. The batch
of 32 is the default.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.preprocessors import RecursiveDocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

PASSAGES = 30


class System:
    """See measured.py."""

    def __init__(self, model: Path) -> None:
        store = InMemoryDocumentStore()
        documents = SentenceTransformersDocumentEmbedder(
            model=str(model),
            prefix="passage: ",
            meta_fields_to_embed=["title"],
            normalize_embeddings=True,
            progress_bar=False,
        )
        splitter = RecursiveDocumentSplitter(
            split_unit="char", split_length=400, split_overlap=50, separators=["\n\n", "\n", "。", "、"]
        )
        self._indexing = Pipeline()
        self._indexing.add_component("splitter", splitter)
        self._indexing.add_component("embedder", documents)
        self._indexing.add_component("writer", DocumentWriter(document_store=store))
        self._indexing.connect("splitter", "embedder")
        self._indexing.connect("embedder", "writer")
        question = SentenceTransformersTextEmbedder(
            model=str(model), prefix="query: ", normalize_embeddings=True, progress_bar=False
        )
        self._querying = Pipeline()
        self._querying.add_component("embedder", question)
        self._querying.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=PASSAGES))
        self._querying.connect("embedder.embedding", "retriever.query_embedding")
        # the model is loaded here, not when the first document comes
        self._indexing.warm_up()
        self._querying.warm_up()

    def build(self, corpus: Path, documents: Sequence[Mapping[str, str]]) -> None:
        whole = [
            Document(id=one["_id"], content=one["text"], meta={"title": one["title"]}) for one in documents
        ]
        self._indexing.run({"splitter": {"documents": whole}})

    def ask(self, question: str) -> list[str]:
        found = self._querying.run({"embedder": {"text": question}})["retriever"]["documents"]
        return [one.meta["source_id"] for one in found]
