import pytest

from retrieval import flaws


@pytest.mark.parametrize(
    ("sentence", "flaw"),
    [
        ("アメリカが这样的话,但是这样的话。を確立した。", flaws.FOREIGN),
        ("但是,但是这样的事情。。", flaws.FOREIGN),
        ("まず、“那么,我们不会要要要要不会的话。”。", flaws.FOREIGN),
        ("\ufffd\ufffd停戦\ufffd。", flaws.GARBLED),
        ("\ue000\ue001停戦。", flaws.GARBLED),
        ("縺ゅｊ縺後→縺", flaws.GARBLED),
        ("停戦の条件".encode("euc_jp").decode("latin-1"), flaws.GARBLED),
        ("ウクライナ".encode("cp932").decode("cp1252", "replace"), flaws.GARBLED),
        ("Переговоры".encode().decode("cp1251", "replace"), flaws.GARBLED),
        ("停戦ሀሁሂሃሄ。", flaws.FOREIGN),  # a font's glyphs under wrong numbers
        ("停戦について평화 협상이 계속된다。", flaws.FOREIGN),
        ("Ã©tÃ©", flaws.GARBLED),
        ("この件についてこの件についてこの件についてこの件について述べた。", flaws.REPEATED),
    ],
)
def test_what_no_one_meant_to_write_is_named(sentence: str, flaw: str) -> None:
    assert flaws.of(sentence, japanese=True) == flaw


@pytest.mark.parametrize(
    "sentence",
    [
        "停戦の条件を協議した。",
        "習近平（习近平）国家主席と会談した。",
        "『习近平谈治国理政』と「关于进一步深化改革的决定」を読む。",
        "《人民日报这样说》という題の記事。",
        "「평화 협상이 계속된다」と述べた。",
        "韓国語の사랑は愛である。",
        "| あり | あり | あり | あり | あり | あり | あり |",
        "はい、はい、はい、はい、と答えた。",
        "停戦の条件·········12、»»»»»»、°°°°°°",
        "扉をドンドンドンドンと叩いた。",
        "Æsop, Ærø, “garçon”, Dvořák, §1–§2, ½¼¾.",
        "髙橋氏と﨑山氏が出席した。",
        "«Совместная пресс-конференция Президента России и Президента США», August 16, 2025",
        "いろいろ、ばらばら、………、――――、wwwww、ははははは。",
        "03-3260-3011-3011-3011-3011",
        "🇷🇺 結論:ロシアの交渉姿勢",
        "依然として建設的と評価。。",
        "各国首脳会談実施要綱検討委員会設置準備会合",
    ],
)
def test_other_sentences_are_sound(sentence: str) -> None:
    assert flaws.of(sentence, japanese=True) is None


def test_a_sentence_said_again_and_again_is_a_loop() -> None:
    same, other = "停戦を協議した。", "次に進む。"
    assert flaws.of_all([same] * 4 + [other], japanese=True) == [None, *[flaws.REPEATED] * 3, None]
    assert flaws.of_all([same] * 3 + [other] + ["……"] * 9, japanese=True) == [None] * 13


def test_chinese_is_at_home_in_a_chinese_document() -> None:
    text = "但是,我们不会这样的。"
    assert not flaws.is_japanese(text)
    assert flaws.of(text, japanese=False) is None
    assert flaws.is_japanese("停戦の条件を協議したと述べた。" + text)
