import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.encoding import Decoded, decode
from retrieval.errors import UnreadableDocument

TEXT = "停戦の条件を協議した。\r\nｷｰｳとﾓｽｸﾜの間で、1億4,000万人が待つ。\n「終わり」と述べた。"
READ = TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
        (b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"), "utf-32-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp932"), "cp932"),
        (TEXT.encode("euc_jp"), "euc_jp"),
        (TEXT.encode("iso2022_jp_ext"), "iso2022_jp_ext"),
    ],
)
def test_every_encoding_gives_the_same_text(data: bytes, encoding: str) -> None:
    assert decode(data) == Decoded(READ, encoding)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp_ext", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "停戦の条件",
        "これは文である。",
        "ロシアはウクライナと協議した。",
        "ﾓｽｸﾜとｷｰｳで、ﾌﾟｰﾁﾝが述べた。",
        "Кремль と Москва の間で",
    ],
)
def test_short_texts_are_told_apart(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp_ext", "utf-16-le"])
@pytest.mark.parametrize(
    "text",
    [
        "The talks go on. " * 2000 + "停戦の条件を協議した。" * 5,  # the first 20,000 characters say nothing
        "ﾛｼｱ ﾄ ｳｸﾗｲﾅ ﾊ ﾃｲｾﾝ ﾆ ﾂｲﾃ ｷｮｳｷﾞｼﾀ｡",
        "ﾃｽﾄ",
    ],
)
def test_what_differs_between_encodings_decides(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("①停戦の条件。㈱東京", "euc_jis_2004"),
        ("①停戦の条件。㈱東京", "iso2022_jp_2004"),
        ("議長 山田\n委員 鈴木", "iso2022_jp_ext"),  # its escapes leave no doubt of kanji alone
    ],
)
def test_vendors_signs_and_kanji_alone(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(
    "data",
    [
        "山田太郎".encode("euc_jp"),  # ｻｳﾅﾄﾂﾀﾏｺ in CP932
        "停戦を協議した".encode("gb18030"),
        "переговоры о мире".encode("koi8_r"),  # ﾐﾅﾒﾅﾇﾏﾗﾏﾒﾙ ﾏ ﾍﾉﾒﾅ
        "山田太郎".encode("big5"),
        "但是，乌克兰的和平谈判仍然没有结束，双方都不让步。".encode("gb2312"),
        "naïve café à Genève, où l’on négocie".encode("cp1252"),
        "Переговоры о мире продолжаются".encode("cp1251"),
        "평화 협상이 계속되고 있다".encode("euc_kr"),
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\xff",
    ],
)
def test_what_is_not_certain_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^its encoding .*; save it as UTF-8$"):
        decode(data)


def test_a_mark_that_lies_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="begins as iso2022_jp_ext and is not"):
        decode(b"\x1b$Babc")
    with pytest.raises(UnreadableDocument, match="begins as utf-16-le and is not"):
        decode(b"\xff\xfea")


def test_what_a_file_says_of_itself_counts_where_it_fits() -> None:
    data = "café à Genève".encode("cp1252")
    assert decode(data, "windows-1252").text == "café à Genève"
    assert decode("停戦の条件を協議した。".encode("cp932"), "utf-8").encoding == "cp932"
    assert decode("停戦の条件を協議した。".encode("cp932"), "Shift_JIS").encoding == "cp932"
    assert decode("停戦".encode(), "no-such-codec").encoding == "utf-8"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\x1b"), min_size=1))
def test_utf8_is_always_itself(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")
