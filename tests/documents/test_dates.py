import pytest

from retrieval.documents import dates


@pytest.mark.parametrize(
    "line",
    [
        "2026年1月19日",
        "2026 年 1 月 19 日",
        "２０２６年１月１９日（月）",
        "令和8年1月19日",
        "令和８年１月１９日付",
        "R8.1.19",
        "19/01/2026",
        "01/19/2026",
        "2026-01-19",
        "2026/1/19 10:30",
        "2026.01.19",
        "公開日：2026年1月19日 10時30分",
        "Published: January 19, 2026",
        "19 Jan 2026",
        "19 января 2026",
        "2026-01-19T10:30:00+09:00",
    ],
)
def test_a_line_is_a_date_in_every_spelling(line: str) -> None:
    assert dates.of_line(line) == "2026-01-19"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2025年11月", "2025-11"),
        ("令和元年", "2019"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成31年4月", "2019-04"),
    ],
)
def test_a_date_may_lack_its_day(line: str, date: str) -> None:
    assert dates.of_line(line) == date


@pytest.mark.parametrize(
    "line",
    [
        "2026年1月19日に会談した",
        "2026年2月30日",
        "電話 03-3260-3011",
        "昨年11月",
        "第19回",
        "192.168.10.2026",
        "",
        "r8.1.19",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert dates.of_line(line) is None


def test_what_a_text_mentions_is_in_its_order_and_once() -> None:
    text = "昨年11月の案と2025年8月15日の会談。8000億ドル、28項目。令和7年8月15日、来年3月1日。May 3, 2024."
    assert dates.mentioned(text, "2026-01-19") == ("2025-11", "2025-08-15", "2027-03-01", "2024-05-03")
    assert dates.mentioned(text, None) == ("2025-08-15", "2024-05-03")


@pytest.mark.parametrize(
    ("stem", "date"),
    [
        ("2026-01-19-davos", "2026-01-19"),
        ("report_20260119", "2026-01-19"),
        ("000_af83f04ed2d891ee", None),
        ("20261340", None),
    ],
)
def test_a_files_name_may_hold_a_date(stem: str, date: str | None) -> None:
    assert dates.of_name(stem) == date
