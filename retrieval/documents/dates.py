"""Dates as people write them, in Japanese above all, as ISO 8601: 2026-01-19, 2025-11, 2026."""

import datetime
import re
import unicodedata
from collections.abc import Iterator

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_YEARS_AWAY = {"一昨年": -2, "おととし": -2, "昨年": -1, "去年": -1, "前年": -1}
_YEARS_AWAY |= {"今年": 0, "本年": 0, "同年": 0, "来年": 1, "翌年": 1}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_RUSSIAN = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]

_DAY = r"(?:\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日)?)?"
_PATTERNS = (
    rf"(?P<year>\d{{4}})\s?年{_DAY}",
    rf"(?P<era>明治|大正|昭和|平成|令和)\s?(?P<own>\d{{1,2}}|元)\s?年{_DAY}",
    r"(?<![A-Za-z\d])(?P<era>[MTSHR])\s?(?P<own>\d{1,2})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})(?![\d.])",
    rf"(?P<away>{'|'.join(_YEARS_AWAY)})(?:の)?\s?(?P<month>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?日)?",
    r"(?<![\d./-])(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?![\d./-])",
    r"(?<![\d./-])(?P<first>\d{1,2})(?P<sign>[/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\d./-])",
    r"\b(?P<word>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})\b",
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<word>[A-Za-z]{3,9}|[а-я]{3,8})\.?,? (?P<year>\d{4})\b",
)
_ANY = tuple(map(re.compile, _PATTERNS))
_LONGEST = 100  # characters of a line that is nothing but a date
_LABEL = re.compile(
    r"(?:(?:公開|掲載|発行|発表|更新|作成|投稿|配信)(?:日時?)?|日付|日時|date|published|posted|updated"
    r"|опубликовано)?\s*[:：]?\s*",
    re.IGNORECASE,
)
# a weekday, a time, a zone: what may stand behind the date on its line
_REST = re.compile(
    r"[\s(]*(?:[日月火水木金土](?:曜日?)?)?[\s)]*(?:T?\d{1,2}[:時]\d{2}(?:[:分]\d{0,2})?秒?)?"
    r"(?:\.\d+)?\s*(?:JST|UTC|GMT|Z|[+-]\d{2}:?\d{2})?\s*(?:付|更新|公開|掲載|発行|発表)?\s*"
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


def of_line(line: str) -> str | None:
    """The date that a line is, apart from a label and a time; None where it is anything else."""
    if len(line) > _LONGEST:
        return None
    flat = " ".join(unicodedata.normalize("NFKC", line).split())
    label = _LABEL.match(flat)
    start = label.end() if label else 0
    for pattern in _ANY:
        match = pattern.match(flat, start)
        if match and (iso := _iso(match, None)) and _REST.fullmatch(flat, match.end()):
            return iso
    return None


def of_name(stem: str) -> str | None:
    """The day that a file's name holds, as 2026-01-19 or 20260119."""
    for match in _IN_NAME.finditer(stem):
        if iso := _day(int(match[1]), int(match[3]), int(match[4])):
            return iso
    return None


def mentioned(text: str, today: str | None) -> tuple[str, ...]:
    """The dates that a text mentions, each once, in their order in the text.

    昨年11月 is counted from the year of `today`, the document's date in ISO form, and passed over
    where there is none.
    """
    year = int(today[:4]) if today and today[:4].isdigit() else None
    flat = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(iso for _, iso in sorted(_found(flat, year))))


def _found(text: str, this_year: int | None) -> Iterator[tuple[int, str]]:
    for pattern in _ANY:
        for match in pattern.finditer(text):
            if iso := _iso(match, this_year):
                yield match.start(), iso


def _iso(match: re.Match[str], this_year: int | None) -> str | None:
    part = match.groupdict()
    if part.get("away"):
        if this_year is None:
            return None
        year = this_year + _YEARS_AWAY[part["away"]]
    elif part.get("era"):
        own = 1 if part["own"] == "元" else int(part["own"])
        year = _ERAS[part["era"]] + own
    else:
        year = int(part["year"])
    if part.get("first"):
        # 19/01/2026 is the custom of most; 01/19/2026 can be nothing but the American one
        day, month = int(part["first"]), int(part["second"])
        return _day(year, month, day) or _day(year, day, month)
    if part.get("word"):
        month_named = _month(part["word"])
        return _day(year, month_named, int(part["day"])) if month_named else None
    if not part.get("month"):
        return f"{year:04}" if 1800 <= year <= 2200 else None
    if not part.get("day"):
        return f"{year:04}-{int(part['month']):02}" if 1 <= int(part["month"]) <= 12 else None
    return _day(year, int(part["month"]), int(part["day"]))


def _month(word: str) -> int | None:
    word = word.lower()
    for names in (_MONTHS, _RUSSIAN):
        found = [number for number, name in enumerate(names, start=1) if word.startswith(name)]
        if found:
            # марта begins with ма, too, as does мая
            return found[0]
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
