"""LlamaIndex: SentenceSplitter, HuggingFaceEmbedding, VectorStoreIndex over FaissVectorStore.

Documented: the prefixes by `query_instruction` and `text_instruction`; the title as metadata, which the
index puts in front of each passage that it encodes; FAISS's flat index by distance, as the store's guide
has it; the index's retriever. The store in memory that comes by default compares in Python, one vector
after the other: FAISS is the quicker of what is documented.

Given: passages of 400 characters, as the project's, overlapping by 50, by a `tokenizer` that counts
characters (the default's tokens are those of another model, three to two Japanese characters, and its
1,024 of them more than this one reads); the title alone, without its key, as the other systems have it;
30 passages of an answer, which hold ten documents. Unit length and the batch of 10 are the defaults.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import faiss
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

PASSAGES = 30
DIMENSION = 384  # multilingual-e5-small's


class System:
    """See measured.py."""

    def __init__(self, model: Path) -> None:
        self._embedding = HuggingFaceEmbedding(
            model_name=str(model), query_instruction="query: ", text_instruction="passage: "
        )

    def build(self, corpus: Path, documents: Sequence[Mapping[str, str]]) -> None:
        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(DIMENSION))
        index = VectorStoreIndex.from_documents(
            [
                Document(
                    id_=one["_id"],
                    text=one["text"],
                    metadata={"title": one["title"]},
                    metadata_template="{value}",
                )
                for one in documents
            ],
            storage_context=StorageContext.from_defaults(vector_store=store),
            transformations=[SentenceSplitter(chunk_size=400, chunk_overlap=50, tokenizer=list)],
            embed_model=self._embedding,
        )
        self._retriever = index.as_retriever(similarity_top_k=PASSAGES)

    def ask(self, question: str) -> list[str]:
        return [found.node.ref_doc_id for found in self._retriever.retrieve(question)]
