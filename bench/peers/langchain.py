"""LangChain: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, FAISS.

Documented: the separators for languages without word boundaries, of the splitter's guide; the prefixes by
`encode_kwargs` and `query_encode_kwargs`, which go to SentenceTransformer.encode; `FAISS.from_documents`,
whose index is flat and compares by distance, by default; `similarity_search`.

Given: passages of 400 characters, as the project's, overlapping by 50; unit length, which e5 wants; the
title in front of each passage, as the other systems have it (in front of the text it would become a
passage of its own where the text is split); 30 passages of an answer, which hold ten documents. The batch
of 32 is the default.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

PASSAGES = 30
# of the guide, the characters that cannot be told by sight spelt out
SEPARATORS = ["\n\n", "\n", " ", ".", ",", "\u200b", "\uff0c", "、", "\uff0e", "。", ""]


class System:
    """See measured.py."""

    def __init__(self, model: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(model),
            encode_kwargs={"prompt": "passage: ", "normalize_embeddings": True},
            query_encode_kwargs={"prompt": "query: ", "normalize_embeddings": True},
        )

    def build(self, corpus: Path, documents: Sequence[Mapping[str, str]]) -> None:
        splitter = RecursiveCharacterTextSplitter(separators=SEPARATORS, chunk_size=400, chunk_overlap=50)
        passages = splitter.create_documents(
            [one["text"] for one in documents],
            [{"id": one["_id"], "title": one["title"]} for one in documents],
        )
        for one in passages:
            one.page_content = f"{one.metadata['title']}\n{one.page_content}"
        self._store = FAISS.from_documents(passages, self._embeddings)

    def ask(self, question: str) -> list[str]:
        return [found.metadata["id"] for found in self._store.similarity_search(question, k=PASSAGES)]
