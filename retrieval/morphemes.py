"""Japanese words by Sudachi: one dictionary, a tokenizer for each thread."""

import threading
from functools import cache

from sudachipy import Dictionary, MorphemeList, SplitMode, Tokenizer

# Sudachi's tokenizers are not safe to share between threads
_local = threading.local()


def of(text: str) -> MorphemeList:
    """The shortest words of a text, which must be at most 49,149 bytes long in UTF-8."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    tokenizer: Tokenizer = _local.tokenizer
    return tokenizer.tokenize(text)


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="small")
