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
    ("text", "dates_of_it"),
    [
        (
            "2022年9月30日に署名し、同年11月に奪回、翌年3月1日に再開。",
            ("2022-09-30", "2022-11", "2023-03-01"),
        ),
        ("同年11月に奪回された。", ()),  # the year stands in another passage
        (
            "先月3日と今月、来月の会談。再来年4月と来年4月。",
            ("2025-12-03", "2026-01", "2026-02", "2028-04", "2027-04"),
        ),
        ("2026年13月と2026年2月30日。2026年1月0日。12026年、1900年間、2000年前。", ()),
        (
            "２０２６年１月１９日、令和８年２月、R8.3.1、昭和元年",
            ("2026-01-19", "2026-02", "2026-03-01", "1926"),
        ),
        ("2025-12-04と2025/12/5、3.12.2025。", ("2025-12-04", "2025-12-05", "2025-12-03")),
    ],
)
def test_what_a_text_mentions(text: str, dates_of_it: tuple[str, ...]) -> None:
    assert dates.mentioned(text, "2026-01-19") == dates_of_it


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


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026", True),
        ("2026-02", True),
        ("2026-02-28", True),
        ("2024-02-29", True),
        ("2026-02-31", False),
        ("2026-13", False),
        ("2026-1", False),
        ("0000", False),
        ("202", False),
        ("20260119", False),
        ("２０２６", False),
        ("2026-01-19T10:30", False),
        ("", False),
    ],
)
def test_a_period_is_one_of_the_calendar(text: str, period: bool) -> None:
    assert dates.is_period(text) is period
