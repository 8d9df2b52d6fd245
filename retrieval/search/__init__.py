"""From a question to an Answer: passages in order, the quoted sentence, a confidence."""

from retrieval.search.answer import Answer, Hit, Quote
from retrieval.search.query import Query
from retrieval.search.searcher import Searcher

__all__ = ["Answer", "Hit", "Query", "Quote", "Searcher"]
