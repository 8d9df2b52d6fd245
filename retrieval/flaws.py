"""Sentences that no one meant to write: foreign fragments, mojibake, loops of a translation machine."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

FOREIGN, GARBLED, REPEATED = "foreign", "garbled", "repeated"

_KANA = re.compile("[ぁ-ゖァ-ヺ]")
# what stands between kana: a run that long with that many Chinese characters is no name
_RUN = re.compile(r"[^ぁ-ゖァ-ヺA-Za-z]{6,}")
# a title or someone's words, in whatever language; “” and () are a translation machine's, too
_QUOTED = re.compile("「[^「」]*」|『[^『』]*』|《[^《》]*》|〈[^〈〉]*〉")
_LEAST_CHINESE = 2
_KANJI = re.compile("[一-鿿]")
# a unit three times and once again, a short one more often: ドンドンドンドン is a word
_LOOP = re.compile(r"(\w[^\n|]{3,19}?)\1{3,}|(\w[^\n|]{1,2}?)\2{5,}")
_SAME = 4  # sentences in a row that say the same
_MOJIBAKE = re.compile(
    "(?:[縺繧繝][^\\s、。]{0,2}){3,}"  # UTF-8 read as CP932
    "|(?:[ÃÂãâ][\u0080-\u00bf\u0152-\u0178\u2018-\u2122].{0,3}?){2,}"  # as Latin-1
    "|(?:[РС][^\\sА-я]){4,}"  # as Windows' Cyrillic
    "|(?:([\u00a1-\u00ff])(?!\\1)){5,}"  # EUC-JP as Latin-1; ······ leads to a page's number
    "|(?:[ƒ‚][^\\s]){3,}"  # CP932 as Windows' Latin
)
_GARBLED_SHARE = 0.05
_AT_HOME = {
    "LATIN",
    "GREEK",
    "CYRILLIC",
    "HIRAGANA",
    "KATAKANA",
    "CJK",
    "FULLWIDTH",
    "HALFWIDTH",
    "IDEOGRAPHIC",
}
_STRANGE_SHARE = 1 / 3  # of the letters outside quotations


def of(sentence: str, japanese: bool) -> str | None:
    """What is wrong with a sentence of a document, `japanese` or not; None where nothing is."""
    if _is_garbled(sentence):
        return GARBLED
    if japanese and _is_foreign(_QUOTED.sub("", sentence)):
        return FOREIGN
    loop = _LOOP.search(sentence)
    unit = (loop[1] or loop[2]) if loop else ""
    return REPEATED if len(set(unit)) > 1 and any(map(str.isalpha, unit)) else None


def of_all(sentences: Sequence[str], japanese: bool) -> list[str | None]:
    """What is wrong with each of a paragraph's sentences; said again and again, one is REPEATED."""
    found = [of(sentence, japanese) for sentence in sentences]
    at = 0
    for sentence, same in groupby(sentences):
        count = sum(1 for _ in same)
        if count >= _SAME and any(map(str.isalpha, sentence)):
            found[at + 1 : at + count] = [REPEATED] * (count - 1)
        at += count
    return found


def is_japanese(text: str) -> bool:
    """Whether a document is in Japanese: a tenth or more of its letters are kana."""
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_KANA.findall(text)) >= letters / 10


def _is_foreign(words: str) -> bool:
    """Whether words among Japanese are Chinese, or in a script that Japanese text quotes at most."""
    letters = [one for one in words if one.isalpha()]
    strange = sum(map(_is_strange, letters))
    return strange > _STRANGE_SHARE * len(letters) or any(map(_is_chinese, _RUN.findall(words)))


@lru_cache(maxsize=4096)
def _is_strange(letter: str) -> bool:
    return unicodedata.name(letter, "").split(" ")[0] not in _AT_HOME


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
