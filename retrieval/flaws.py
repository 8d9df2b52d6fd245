"""Sentences that no one meant to write: foreign fragments, mojibake, loops of a translation machine."""

import re
import unicodedata
from functools import lru_cache

FOREIGN, GARBLED, REPEATED = "foreign", "garbled", "repeated"

_KANA = re.compile("[ぁ-ゖァ-ヺ]")
# what stands between kana: a run that long with that many Chinese characters is no quoted name
_RUN = re.compile(r"[^ぁ-ゖァ-ヺA-Za-z「」『』]{6,}")
_LEAST_CHINESE = 2
_KANJI = re.compile("[一-鿿]")
# a unit of two letters or more, three times and once again
_LOOP = re.compile(r"(\w[^\n]{1,19}?)\1{3,}")
# UTF-8 read as CP932, as Latin-1
_MOJIBAKE = re.compile(
    "(?:[縺繧繝][^\\s、。]{0,2}){3,}|(?:[ÃÂãâ][\u0080-\u00bf\u0152-\u0178\u2018-\u2122].{0,3}?){2,}"
)
_GARBLED_SHARE = 0.05


def of(sentence: str, japanese: bool) -> str | None:
    """What is wrong with a sentence of a document, `japanese` or not; None where nothing is."""
    if _is_garbled(sentence):
        return GARBLED
    if japanese and any(_is_chinese(run) for run in _RUN.findall(sentence)):
        return FOREIGN
    loop = _LOOP.search(sentence)
    if loop and len(set(loop[1])) > 1 and any(map(str.isalpha, loop[1])):
        return REPEATED
    return None


def is_japanese(text: str) -> bool:
    """Whether a document is in Japanese: a tenth or more of its letters are kana."""
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_KANA.findall(text)) >= letters / 10


def _is_chinese(run: str) -> bool:
    return sum(map(_is_simplified, _KANJI.findall(run))) >= _LEAST_CHINESE


@lru_cache(maxsize=4096)
def _is_simplified(character: str) -> bool:
    """Whether China writes the character and Japan has no code for it: 这, 们."""
    return bool(character.encode("gb2312", "ignore")) and not character.encode("euc_jis_2004", "ignore")


def _is_garbled(sentence: str) -> bool:
    wrong = sum(
        one == "\ufffd" or (unicodedata.category(one) in ("Cc", "Cn", "Co") and not one.isspace())
        for one in sentence
    )
    return wrong > _GARBLED_SHARE * len(sentence) or _MOJIBAKE.search(sentence) is not None
