"""The collections of a build and their rows.

A row's number has its share's in front, so that shares number theirs without asking each other. Milvus
keeps 65,535 bytes in a field of text: what may be longer is cut into numbered pieces.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from retrieval.cluster.client import Client, Row
from retrieval.documents import Document
from retrieval.documents.document import Metadata
from retrieval.index import rows
from retrieval.index.graph import NEIGHBOURS, WORTH
from retrieval.index.keywords import K1, B
from retrieval.passages import Passage

FORMAT = 1  # of the collections
PASSAGES, SENTENCES, TERMS = "passages", "sentences", "terms"
DOCUMENTS, PIECES, RECORDS = "documents", "pieces", "records"
KINDS = (RECORDS, DOCUMENTS, PIECES, PASSAGES, SENTENCES, TERMS)
# what a selection asks for, "" for none: Milvus compares it while it searches
CHOSEN = ("name", "publisher", "date", "section")
NOWHERE = (0.0, 0.0)  # the vector of a row that has none
_BITS = 40  # of a row's number within its share
_LONGEST = 65_535  # bytes of a field
_PIECE = _LONGEST // 4  # characters, of which UTF-8 makes four bytes at most
_DIGEST = 5  # bytes that tell a term from others: eight signs
_TERMS = _LONGEST // 9  # of a passage, with the blanks between: far more than 2,000 characters have
_BREADTH = 100  # of a graph when rows are added to it, as in graph.py


def number(share: int, own: int) -> int:
    """The number of a share's own row."""
    return (share - 1 << _BITS) + own


def share_of(row: int) -> int:
    """The share that a row is of."""
    return (row >> _BITS) + 1


def of_share(share: int) -> str:
    """An expression that is true of a share's rows."""
    return f"id >= {number(share, 0)} and id < {number(share + 1, 0)}"


def create(client: Client, name: str, kind: str, dimension: int, expected: int) -> None:
    """A collection of that kind, for vectors of so many values, and about so many rows."""
    schema = client.schema()
    types = client.types
    text = {"datatype": types.VARCHAR, "max_length": _LONGEST}
    schema.add_field("id", types.INT64, is_primary=True)
    for field in _TEXTS[kind]:
        analysed = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}}
        schema.add_field(field, **text, **(analysed if (kind, field) == (PASSAGES, "terms") else {}))
    for field in _NUMBERS[kind]:
        schema.add_field(field, types.INT64)
    encoded = kind in (PASSAGES, SENTENCES)
    # Milvus has no collection without vectors
    schema.add_field("vector", types.FLOAT_VECTOR, dim=dimension if encoded else len(NOWHERE))
    indexes = [_nearest(expected) if encoded else _nearest(0)]
    indexes += [{"field_name": field, "index_type": "INVERTED"} for field in _LOOKED_UP[kind]]
    if kind == PASSAGES:
        schema.add_field("weights", types.SPARSE_FLOAT_VECTOR)
        schema.add_function(client.bm25("terms", "weights"))
        indexes.append(
            {
                "field_name": "weights",
                "index_type": "SPARSE_INVERTED_INDEX",
                "metric_type": "BM25",
                "params": {"bm25_k1": K1, "bm25_b": B},
            }
        )
    # a record is looked for as soon as it is written; for the others there is time until the switch, and
    # to see all that is new costs each question a fifth of a second
    client.create(name, schema, indexes, "Strong" if kind == RECORDS else "Bounded")


_TEXTS: dict[str, tuple[str, ...]] = {
    RECORDS: ("data",),
    DOCUMENTS: ("name", "publisher", "date", "file", "metadata"),
    PIECES: ("data",),
    PASSAGES: (*CHOSEN, "own", "terms"),
    SENTENCES: CHOSEN,
    TERMS: ("term",),
}
_NUMBERS: dict[str, tuple[str, ...]] = {
    RECORDS: ("share", "last"),
    DOCUMENTS: ("size", "passages", "flawed"),
    PIECES: ("document",),
    PASSAGES: ("document", "script", "twin_of", "first", "end"),
    SENTENCES: ("passage", "script", "quotable", "starts", "ends"),
    TERMS: ("passages",),
}
_LOOKED_UP: dict[str, tuple[str, ...]] = {
    RECORDS: (),
    DOCUMENTS: ("name",),
    PIECES: ("document",),
    PASSAGES: ("document", "twin_of"),
    SENTENCES: (),
    TERMS: ("term",),
}


def _nearest(expected: int) -> dict[str, Any]:
    """How vectors are looked for: all are compared where they are few; many have a graph, as in graph.py."""
    found: dict[str, Any] = {"field_name": "vector", "index_type": "FLAT", "metric_type": "IP"}
    if expected < WORTH:
        return found
    graph = {"M": NEIGHBOURS, "efConstruction": _BREADTH, "sq_type": "SQ8"}
    return {**found, "index_type": "HNSW_SQ", "params": graph}


def spelt(term: str) -> str:
    """A term as Milvus has it: letters and digits that no analyser cuts or changes, whatever the term is.

    Its own signs would not do: an analyser takes marks away and cuts c++ and Japanese as it sees fit.
    """
    digest = hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=_DIGEST).digest()
    return base64.b32hexencode(digest).decode().lower()


def bag(terms: Iterable[str]) -> str:
    """A passage's terms, spelt so, with blanks between."""
    return " ".join([spelt(term) for term in terms][:_TERMS])


def pieces(data: str) -> Iterator[str]:
    """The text, cut so that each piece is no longer than a field."""
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def of_document(document: Document) -> str:
    """All of a document, to be cut into pieces."""
    return json.dumps(rows.of_document(document), ensure_ascii=False)


def document(data: str) -> Document:
    """The document that `of_document` made this of."""
    return rows.document(*json.loads(data))


def of_passage(passage: Passage) -> str:
    """All of a passage and its sentences."""
    start, end, *rest = rows.of_passage(passage)
    own = [passage.document, start, end, passage.text, *rest]
    return json.dumps([own, [rows.of_sentence(one) for one in passage.sentences]], ensure_ascii=False)


def passage(data: str) -> Passage:
    """The passage that `of_passage` made this of."""
    own, sentences = json.loads(data)
    return rows.passage(sentences, *own)


def text_of(data: str) -> str:
    """The text of the passage that `of_passage` made this of."""
    return str(json.loads(data)[0][3])


def of_metadata(metadata: Metadata) -> str:
    """What a document says of itself."""
    return rows.METADATA.dump_json(metadata).decode()


def metadata(data: str) -> Metadata:
    """What `of_metadata` made this of."""
    found: Metadata = rows.METADATA.validate_json(data)
    return found


def chosen(name: str, said: Metadata, section: Sequence[str]) -> Row:
    """What a selection asks for, of a passage or a sentence."""
    found = (name, said.publisher or "", said.date or "", "\n".join(section))
    return dict(zip(CHOSEN, found, strict=True))


def expression(strings: Iterable[str]) -> str:
    """Strings as a list in an expression."""
    return f"[{', '.join(map(quoted, strings))}]"


def quoted(string: str) -> str:
    """A string in an expression."""
    return json.dumps(string, ensure_ascii=False)
