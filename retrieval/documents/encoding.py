"""From bytes to text, whatever a Japanese file was saved in.

A byte order mark decides, then strict UTF-8. Of what is left, every encoding that decodes at all is
scored by how much of the outcome is what Japanese text is made of: a CP932 sentence also decodes as
UTF-16, and an EUC-JP one as CP932, but into characters that no one writes.
"""

import codecs
import unicodedata
from dataclasses import dataclass

from retrieval.errors import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "iso2022_jp_ext", "cp932", "euc_jp", "utf-16-le", "utf-16-be")
_SAMPLE = 20_000  # characters scored
_NO_KANA = 0.35  # taken off a text of kanji alone
_SURE, _LEAD = 0.75, 0.1  # the least score that is believed, and the least lead before the second
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
    utf8 = _attempt(data, "utf-8")
    # ISO-2022-JP is ASCII throughout, and UTF-16 may be: its escapes and NULs tell
    if utf8 is not None and b"\x1b" not in data and b"\0" not in data:
        return Decoded(_normalised(utf8), "utf-8")
    names = dict.fromkeys((*((_python_name(declared),) if declared else ()), *_CANDIDATES))
    texts = {name: text for name in names if name and (text := _attempt(data, name)) is not None}
    scored = sorted(((likelihood(text), name) for name, text in texts.items()), reverse=True)
    if not scored or scored[0][0] < _SURE:
        raise UnreadableDocument(f"its encoding cannot be told; {_SAVE}")
    if scored[1:] and scored[0][0] - scored[1][0] < _LEAD and texts[scored[0][1]] != texts[scored[1][1]]:
        raise UnreadableDocument(f"its encoding may be {scored[0][1]} or {scored[1][1]}; {_SAVE}")
    return Decoded(_normalised(texts[scored[0][1]]), scored[0][1])


def likelihood(text: str) -> float:
    """How likely the text is what someone wrote, by its characters beyond ASCII: 0 to 1."""
    sample = [one for one in text[:_SAMPLE] if not (one.isspace() or " " <= one <= "~")]
    if not sample:
        return 1.0
    # kanji without any kana is another language, or another encoding
    only_kanji = any(map(_is_kanji, sample)) and not any("ぁ" <= one <= "ヺ" for one in sample)
    return max(0.0, sum(map(_weight, sample)) / len(sample) - (_NO_KANA if only_kanji else 0))


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
