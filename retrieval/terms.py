"""The terms that keyword search compares: the same for documents and questions.

Words are Sudachi's, in their normal forms: 打ち合せ and 打合せ are one, 1億4,000万 is 140000000, and
particles are dropped. Beside them stand the single kanji and the pairs of characters of Japanese
runs, marked so that they are never taken for words: they find what the dictionary cuts otherwise.
Names with several spellings are brought together by ``synonyms.json``.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict
from sudachipy import Morpheme

from retrieval import morphemes

_DROPPED = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
_COUNTRY = ("名詞", "固有名詞", "地名", "国")
_RUN = re.compile(r"[々〆一-鿿㐀-䶿ぁ-ゖァ-ヺー]+")
_KANJI = re.compile(r"[々一-鿿㐀-䶿]")
_GRAM = "_"  # in front of every n-gram
_LONGEST = 10_000  # characters that Sudachi takes at once: it stops at 49,149 bytes
_PAUSE = re.compile(r"[\s。、！？!?,.]")


class _Synonyms(BaseModel):
    """`one` lists, under a name, its other spellings; `several` what one word stands for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one: dict[str, tuple[str, ...]]
    several: dict[str, tuple[str, ...]]

    def by_spelling(self) -> dict[str, tuple[str, ...]]:
        """What each spelling is counted as."""
        return dict(self.several) | {other: (name,) for name, own in self.one.items() for other in own}


def analyse(text: str) -> list[str]:
    """The terms of a text, repeated as often as they occur; words first, then n-grams."""
    # lone surrogates stand for no character, and Sudachi refuses them
    clean = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode())
    return [*_words(clean), *_grams(clean)]


def counted_as(morpheme: Morpheme) -> tuple[str, ...]:
    """The terms that one of Sudachi's words is; none for a particle or a sign."""
    kind = morpheme.part_of_speech()
    if kind[0] in _DROPPED:
        return ()
    word = morpheme.normalized_form().casefold().replace("ё", "е")
    return _synonyms().get(word, (word,)) if _may_be_name(word, kind) else (word,)


def _words(text: str) -> Iterator[str]:
    for piece in pieces(text):
        for morpheme in morphemes.of(piece):
            yield from counted_as(morpheme)


def _may_be_name(word: str, kind: tuple[str, ...]) -> bool:
    """米 is a country only where Sudachi takes it for one."""
    return len(word) > 1 or kind[:4] == _COUNTRY


def _grams(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        yield from (_GRAM + character for character in run if _KANJI.match(character))
        yield from (_GRAM + run[at : at + 2] for at in range(len(run) - 1))


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that Sudachi takes, cut at pauses where there are any."""
    start = 0
    while len(text) - start > _LONGEST:
        pauses = list(_PAUSE.finditer(text, start + _LONGEST // 2, start + _LONGEST))
        end = pauses[-1].end() if pauses else start + _LONGEST
        yield text[start:end]
        start = end
    yield text[start:]


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    source = files("retrieval").joinpath("synonyms.json")
    return _Synonyms.model_validate_json(source.read_bytes()).by_spelling()
