from dataclasses import replace

from retrieval import Searcher
from retrieval.reading import conversation, findings

LABELS = conversation.Labels(
    title="会話",
    quote="引用文:",
    unanswered="見つかりませんでした。",
    twins="同文掲載:",
    place=lambda hit: f"{hit.passage.lines[0]}行",
    sureness=lambda _: "確信度 高",
)


def test_a_conversation_is_kept_word_for_word(searcher: Searcher) -> None:
    found = findings.find(searcher, "犬 *と* \n 猫", 1)
    answered = replace(found, answer=replace(found.answer, answered=True))
    assert conversation.export([answered], LABELS) == (
        "# 会話\n\n## 犬 \\*と\\* 猫\n\n### 1\\. 動物の話\n\n引用文: 猫がいる。\n\n"
        "> 動物の話\\\n> 猫がいる。犬はいない。\n\ncat.txt · 1行 · 確信度 高\n"
    )


def test_what_was_not_answered_is_said(searcher: Searcher) -> None:
    found = findings.find(searcher, "犬", 1)
    unanswered = replace(found, answer=replace(found.answer, answered=False))
    text = conversation.export([found, unanswered], LABELS)
    assert text.count("## 犬\n") == 2
    assert "*見つかりませんでした。*" in text
