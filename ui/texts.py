"""Every sentence that the pages say, in one place."""

from dataclasses import dataclass

from retrieval import flaws


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's texts; braces are filled in by the pages."""

    name: str
    ask: str
    introduction: str
    placeholder: str
    searching: str
    building: str
    stages: dict[str, str]
    left_out: str
    not_found: str
    nearest: str
    lines: str
    page: str
    confidence: str
    flaws: dict[str, str]
    open: str
    recorded: str
    document: str
    changed: str
    older: str
    failed: str


JA = Texts(
    name="出典 Shutten",
    ask="質問",
    introduction="手元の文書に質問すると、答えになる箇所を原文のまま、出典とともに示します。",
    placeholder="文書に聞きたいことを入力してください",
    searching="探しています…",
    building="索引を作っています。初回は少し時間がかかります。",
    stages={"read": "文書を読んでいます", "encode": "文章を索引に入れています"},
    left_out="読めなかった文書: {name}({reason})",
    not_found="この質問に答える箇所は、文書の中に見つかりませんでした。",
    nearest="近い箇所を見る",
    lines="{0}行",
    page="{0}ページ",
    confidence="確信度 {0:.0%}",
    flaws={
        flaws.FOREIGN: "ほかの言語の文が混ざっています",
        flaws.GARBLED: "文字化けしています",
        flaws.REPEATED: "同じ語句が繰り返されています",
    },
    open="原文のこの箇所を開く",
    recorded="評価を記録しました。",
    document="原文",
    changed="索引がこの回答のあとに作り直され、この箇所は変わりました。もう一度質問してください。",
    older="いまの索引は使えないため、以前の索引で答えています。{reason}",
    failed="うまくいきませんでした。{reason}",
)
