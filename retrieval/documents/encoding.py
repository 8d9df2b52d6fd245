"""From bytes to text, whatever a Japanese file was saved in.

A byte order mark decides, as do ISO-2022-JP's escapes, then strict UTF-8. Of what is left, every
encoding that decodes at all is scored by how much of the outcome is what Japanese text is made of: a
CP932 sentence also decodes as UTF-16, and an EUC-JP one as CP932, but into characters that no one
writes.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from retrieval.errors import UnreadableDocument

# UTF-32's little-endian mark begins with UTF-16's
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# JIS X 0213 has the ① and ㈱ that many a program wrote into EUC-JP, which Python's own lacks
_CANDIDATES = ("utf-8", "cp932", "euc_jp", "euc_jis_2004", "utf-16-le", "utf-16-be")
# the first has half-width kana, the second ①
_JIS = ("iso2022_jp_ext", "iso2022_jp_2004")
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([IJ]|\$\([A-Z])")
_SAMPLE = 20_000  # characters scored
_NO_KANA = 0.35  # taken off a text of kanji alone
_SURE, _LEAD = 0.75, 0.1  # the least score that is believed, and the least lead before the second
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]|[\x00-\x08\x0e-\x1f\x7f]")
_FULL_WIDTH_KANA = re.compile("[ぁ-ヺ]")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
# no word begins so; a sound mark stands only behind what can take it
_UNSPEAKABLE = re.compile("(?<![ｦ-ﾟ])[ｧ-ｰﾝﾞﾟ]|(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ")
_FEW = 8  # half-width kana that may all be of the table's second half
_SAVE = "save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, with ``\\n`` line ends, and what it was decoded by."""

    text: str
    encoding: str


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file. Raises UnreadableDocument where its encoding is uncertain.

    `declared` is what the file says of itself; it is believed where it decodes into likely text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    if data.isascii() and _ESCAPE.search(data):
        name = next((name for name in _JIS if _attempt(data, name) is not None), _JIS[0])
        return _strict(data, name)
    utf8 = _attempt(data, "utf-8")
    # UTF-16 may be ASCII throughout: its NULs tell
    if utf8 is not None and b"\0" not in data:
        return Decoded(_normalised(utf8), "utf-8")
    names = dict.fromkeys((*((_python_name(declared),) if declared else ()), *_CANDIDATES))
    texts = {name: text for name in names if name and (text := _attempt(data, name)) is not None}
    scored = sorted(((likelihood(text), name) for name, text in texts.items()), reverse=True)
    if not scored or scored[0][0] < _SURE:
        raise UnreadableDocument(f"its encoding cannot be told; {_SAVE}")
    best, encoding = scored[0]
    rivals = [(score, name) for score, name in scored[1:] if texts[name] != texts[encoding]]
    if encoding == "cp932" and not _FULL_WIDTH_KANA.search(texts[encoding]):
        # half-width kana in pairs are kanji in EUC-JP, and those may be a text without kana
        rivals = [(_share(_sample(texts[name])), name) for _, name in rivals]
    if rivals and best - max(rivals)[0] < _LEAD:
        raise UnreadableDocument(f"its encoding may be {encoding} or {max(rivals)[1]}; {_SAVE}")
    return Decoded(_normalised(texts[encoding]), encoding)


def likelihood(text: str) -> float:
    """How likely the text is what someone wrote, by its characters beyond ASCII: 0 to 1."""
    sample = _sample(text)
    if _FULL_WIDTH_KANA.search(sample):
        return _share(sample)
    # Russian in KOI8-R and Chinese in Big5 look like half-width kana, but not like words of it
    if _HALF_WIDTH.search(sample) and not _is_speakable(text[: 10 * _SAMPLE]):
        return 0.0
    # kanji without any kana is another language, or another encoding
    return max(0.0, _share(sample) - (_NO_KANA if any(map(_is_kanji, sample)) else 0))


def _sample(text: str) -> str:
    """The first characters that encodings differ in, wherever in the text they stand."""
    return "".join(one[0] for one in islice(_BEYOND_ASCII.finditer(text), _SAMPLE))


def _share(sample: str) -> float:
    return sum(map(_weight, sample)) / len(sample) if sample else 1.0


def _is_speakable(text: str) -> bool:
    """Whether half-width kana make words: more kana than punctuation, all over the table, marks in place."""
    signs = _HALF_WIDTH.findall(text)
    kana = [one for one in signs if one >= "ｦ"]
    # Russian letters are all in the table's second half
    spread = len(kana) < _FEW or min(kana) <= "ｿ"
    return spread and len(kana) > 2 / 3 * len(signs) and _UNSPEAKABLE.search(text) is None


def _weight(character: str) -> float:
    if "ぁ" <= character <= "ヺ" or character in "ー・、。「」『』々〆〇！？（）：；…【】～":
        return 1.0
    if _is_kanji(character):
        # JIS level 1 is what is written; level 2 is rare, and what lies outside is not Japanese
        encoded = character.encode("euc_jp", "ignore")
        return 1.0 if b"\xb0" <= encoded[:1] < b"\xd0" and len(encoded) == 2 else 0.3 if encoded else 0.0
    if "０" <= character <= "ｚ" or "А" <= character <= "ё" or "\u2010" <= character <= "\u27bf":
        return 0.9
    if "｡" <= character <= "ﾟ":
        # half-width kana: written in old files, and what EUC-JP looks like when taken for CP932
        return 0.8
    if "À" <= character <= "ɏ":
        return 0.8
    category = unicodedata.category(character)
    return 0.0 if category in ("Cc", "Cn", "Co", "Cs") or character == "\ufffd" else 0.4


def _is_kanji(character: str) -> bool:
    return "一" <= character <= "鿿"


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _strict(data: bytes, encoding: str) -> Decoded:
    text = _attempt(data, encoding)
    if text is None:
        raise UnreadableDocument(f"begins as {encoding} and is not; {_SAVE}")
    return Decoded(_normalised(text), encoding)


def _python_name(declared: str) -> str:
    """Shift_JIS is CP932 to everyone but Python."""
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return ""
    return "cp932" if name.startswith("shift_jis") else name


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
