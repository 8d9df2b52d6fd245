"""Dates as people write them, in Japanese above all, as ISO 8601: 2026-01-19, 2025-11, 2026."""

import datetime
import re
import unicodedata

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
# counted from the document's year, and from the one last mentioned
_YEARS_AWAY = {
    "一昨年": -2,
    "おととし": -2,
    "昨年": -1,
    "去年": -1,
    "今年": 0,
    "本年": 0,
    "再来年": 2,
    "来年": 1,
}
_YEARS_ON = {"前年": -1, "同年": 0, "翌年": 1}
_MONTHS_AWAY = {"先々月": -2, "先月": -1, "今月": 0, "本月": 0, "再来月": 2, "来月": 1}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_RUSSIAN = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]

_DAY = r"(?:\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日)?)?"
_PATTERNS = (
    rf"(?<!\d)(?P<year>\d{{4}})\s?年(?![間前]){_DAY}",
    rf"(?P<era>明治|大正|昭和|平成|令和)\s?(?P<own>\d{{1,2}}|元)\s?年{_DAY}",
    r"(?<![A-Za-z\d])(?P<era>[MTSHR])\s?(?P<own>\d{1,2})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})(?![\d.])",
    rf"(?P<away>{'|'.join([*_YEARS_AWAY, *_YEARS_ON])})の?\s?"
    r"(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日)?",
    rf"(?P<months_away>{'|'.join(_MONTHS_AWAY)})(?:の?\s?(?P<day>\d{{1,2}})\s?日)?",
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


_PERIOD = re.compile(r"\d{4}(?:-\d{2}){0,2}", re.ASCII)


def is_period(text: str) -> bool:
    """Whether it is a year, a month or a day of the calendar in ISO form, as dates are kept."""
    try:
        return bool(_PERIOD.fullmatch(text) and datetime.date.fromisoformat(f"{text}-01-01"[:10]))
    except ValueError:
        return False


def of_line(line: str) -> str | None:
    """The date that a line is, apart from a label and a time; None where it is anything else."""
    if len(line) > _LONGEST:
        return None
    flat = " ".join(unicodedata.normalize("NFKC", line).split())
    label = _LABEL.match(flat)
    start = label.end() if label else 0
    for pattern in _ANY:
        match = pattern.match(flat, start)
        if match and (iso := _iso(match, None, None)) and _REST.fullmatch(flat, match.end()):
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

    昨年11月 and 先月 are counted from `today`, the document's date in ISO form, 同年11月 from the year
    mentioned before it; they are passed over where there is none.
    """
    flat = unicodedata.normalize("NFKC", text)
    matches = sorted((match for pattern in _ANY for match in pattern.finditer(flat)), key=_place)
    found: list[str] = []
    behind = 0
    for match in matches:
        iso = _iso(match, today, found[-1] if found else None)
        if iso and match.start() >= behind:
            found.append(iso)
            behind = match.end()
    return tuple(dict.fromkeys(found))


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Where a match begins; the longer first."""
    return match.start(), -match.end()


def _iso(match: re.Match[str], today: str | None, last: str | None) -> str | None:
    part = match.groupdict()
    if part.get("months_away"):
        return _month_away(part, today)
    year = _year(part, today, last)
    if year is None:
        return None
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


def _year(part: dict[str, str], today: str | None, last: str | None) -> int | None:
    if away := part.get("away"):
        reference, years = (last, _YEARS_ON[away]) if away in _YEARS_ON else (today, _YEARS_AWAY[away])
        return int(reference[:4]) + years if reference and reference[:4].isdigit() else None
    if part.get("era"):
        return _ERAS[part["era"]] + (1 if part["own"] == "元" else int(part["own"]))
    return int(part["year"])


def _month_away(part: dict[str, str], today: str | None) -> str | None:
    """先月 as a month, 先月3日 as a day, of a document whose own month is known."""
    if not today or not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", today):
        return None
    months = int(today[:4]) * 12 + int(today[5:7]) - 1 + _MONTHS_AWAY[part["months_away"]]
    year, month = months // 12, months % 12 + 1
    return _day(year, month, int(part["day"])) if part.get("day") else f"{year:04}-{month:02}"


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
