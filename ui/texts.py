"""Every sentence that the pages say, in both languages, in one place."""

from dataclasses import dataclass

from retrieval import flaws


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's texts; braces are filled in by the pages."""

    language: str  # as <html lang> has it
    name: str
    other: str  # the switch, in the other language's words
    # the pages
    ask: str
    documents: str
    evaluate: str
    index: str
    # asking
    introduction: str
    placeholder: str
    searching: str
    suggestions: str
    following: str
    about: str
    new: str
    export: str
    export_title: str
    # an answer
    not_found: str
    no_question: str
    try_this: tuple[str, ...]
    nearest: str
    passages: str
    views: dict[str, str]
    view: str
    nothing: str
    nothing_here: str
    nothing_more: str
    found_more: str
    also: str
    notes: str
    flawed: str
    flaws: dict[str, str]
    quote: str
    lines: str
    page: str
    undated: str
    # how sure
    levels: dict[str, str]
    sureness: str
    sure_means: dict[str, str]
    evidence: dict[str, str]
    evidence_head: tuple[str, str, str]
    base: str
    small_talk: str
    score: str
    # what to do with a passage
    open: str
    cite: str
    plain: str
    markdown: str
    bibtex: str
    thumbs: str
    recorded: str
    taken_back: str
    # the reader
    document: str
    before: str
    after: str
    number: str
    permalink: str
    changed: str
    older: str
    stale: str
    no_place: str
    # filters
    filter: str
    filtered: str
    filter_gone: str
    sources: str
    every_source: str
    publishers: str
    every_publisher: str
    since: str
    until: str
    any_time: str
    clear: str
    # long work
    loading: str
    building: str
    stages: dict[str, str]
    stop: str
    stopping: str
    stopped: str
    built: str
    again: str
    left_out: str
    # documents
    held: str
    search: str
    sort: str
    orders: dict[str, str]
    nothing_held: str
    size: str
    passages_of: str
    flawed_of: str
    read: str
    remove: str
    remove_title: str
    remove_this: str
    remove_many: str
    remove_yes: str
    cancel: str
    removed: str
    add: str
    add_label: str
    add_help: str
    choose: str
    add_yes: str
    added: str
    refused: str
    waiting: str
    unread: str
    # evaluate
    set_: str
    set_label: str
    set_marked: str
    set_upload: str
    set_added: str
    no_set: str
    lenient: str
    faulty: str
    run: str
    asking: str
    measured: str
    measuring: str
    runs: str
    no_runs: str
    figures: str
    measure: str
    legs: dict[str, str]
    answering: dict[str, str]
    plots: dict[str, str]
    axes: dict[str, str]
    misses: str
    no_misses: str
    miss: str
    no_rank: str
    expected: str
    above: str
    compare: str
    run_a: str
    run_b: str
    compare_same: str
    compare_head: tuple[str, ...]
    changes: str
    unpaired: str
    # index
    facts: dict[str, str]
    current: str
    outdated: str
    kinds: dict[str, str]
    settings: dict[str, str]
    left_out_none: str
    left_out_some: str
    rebuild: str
    meanwhile: str
    # failures, by the error's class
    failures: dict[str, str]
    detail: str


JA = Texts(
    language="ja",
    name="出典 Shutten",
    other="English",
    ask="質問",
    documents="文書",
    evaluate="評価",
    index="索引",
    introduction="手元の文書に質問すると、答えになる箇所を原文のまま、出典とともに示します。",
    placeholder="文書に聞きたいことを入力してください",
    searching="探しています…",
    suggestions="たとえば、文書の見出しから",
    following="続けて聞く",
    about="「{0}」について何と書かれているか",
    new="新しい会話",
    export="会話を保存",
    export_title="出典 Shutten — 質問と出典",
    not_found="この質問に答える箇所は、文書の中に見つかりませんでした。",
    no_question="文書への問いではないようです。ここでできるのは、問いに答える箇所を文書の中に探し、そのまま引用することだけです。",
    try_this=(
        "文書で使われていそうな言葉に言い換える",
        "人名・地名・日付など、具体的な語を加える",
    ),
    nearest="答えではないが、近い箇所 {0}件",
    passages="根拠の箇所 {0}件",
    views={"rank": "順位順", "source": "資料別", "beside": "並べて比較", "time": "時間順"},
    view="見方",
    nothing="該当なし",
    nothing_here="該当なしの資料",
    nothing_more="ほか{0}件の資料も該当なし",
    found_more="ほか{0}件の資料にも該当あり",
    also="同文掲載",
    notes="脚注",
    flawed="文字の乱れた箇所があります。引用の前に原文を確かめてください。",
    flaws={
        flaws.FOREIGN: "ほかの言語の文が混ざっています",
        flaws.GARBLED: "文字化けしています",
        flaws.REPEATED: "同じ語句が繰り返されています",
    },
    quote="引用文",
    lines="{0}行",
    page="{0}ページ",
    undated="日付なし",
    levels={"high": "高", "middle": "中", "low": "低"},
    sureness="確信度 {0}",
    sure_means={
        "high": "この箇所が答えである見込みは{0:.0%}です。この程度の箇所は、4回に3回以上が正解です。",
        "middle": "この箇所が答えである見込みは{0:.0%}です。半分以上は正解ですが、前後も読んでください。",
        "low": "この箇所が答えである見込みは{0:.0%}です。手がかりとして読んでください。",
    },
    evidence={
        "closeness": "最も近い文と質問の意味の近さ",
        "usual": "文一般と質問の近さ (別の言語や主題では低い)",
        "rest_sentence": "下位の箇所の文の近さ (資料が質問の主題を扱うほど近い)",
        "rest_passage": "下位の箇所全体の近さ (資料が多いほど近くなる分を差し引く)",
        "first": "順位が1位か (1か0)",
        "odds": "質問と並べて読んだときの、答えである見込み (対数オッズ)",
        "best_odds": "同じ見込みの、候補のなかでの最高",
        "brief": "問いのない一語か二語か (1か0)",
        "brief_closeness": "最も近い文とその語の意味の近さ",
        "brief_coverage": "その語がこの箇所にある割合",
    },
    evidence_head=("手がかり", "値", "寄与"),
    base="基準 (これに足して確信度になる)",
    small_talk="資料への問いではない見込み (その分だけ確信度が減る)",
    score="順位の点数 (確信度とは別)",
    open="原文で開く",
    cite="引用する",
    plain="文章",
    markdown="Markdown",
    bibtex="BibTeX",
    thumbs="答えになっていますか",
    recorded="評価を記録しました。",
    taken_back="評価を取り消しました。",
    document="原文",
    before="前の箇所",
    after="次の箇所",
    number="{0} / {1}箇所",
    permalink="この箇所へのリンク",
    changed="索引がこの回答のあとに作り直され、この箇所は変わりました。もう一度質問してください。",
    older="いまの索引は使えないため、以前の索引で答えています。「索引」ページで作り直してください。",
    stale="以前に読めた内容のまま残しています",
    no_place="この文書または箇所は、いまの索引にありません。もう一度質問して探してください。",
    filter="絞り込み",
    filtered="絞り込み: {0}",
    filter_gone="絞り込みの一部は、いまの索引にないため外しました。絞り込みを確かめてください。",
    sources="資料",
    every_source="すべての資料",
    publishers="発行元",
    every_publisher="すべての発行元",
    since="この月から",
    until="この月まで",
    any_time="指定なし",
    clear="絞り込みを外す",
    loading="モデルを読み込んでいます…",
    building="索引を作っています。初回は少し時間がかかります。",
    stages={
        "read": "文書を読んでいます",
        "encode": "文章を索引に入れています",
        "link": "検索の準備をしています",
        "send": "Milvusに送っています",
    },
    stop="中止する",
    stopping="中止しています…",
    stopped="中止しました。前の索引はそのまま使えます。",
    built="索引を作りました。{0}文書、{1}箇所。",
    again="もう一度試す",
    left_out="読めなかったファイル {0}件",
    held="{0}件の文書",
    search="題名・発行元・ファイル名で探す",
    sort="並べ方",
    orders={"name": "ファイル名", "date": "新しい順", "size": "長い順", "flawed": "問題の多い順"},
    nothing_held="条件に合う文書はありません。",
    size="{0:,}字",
    passages_of="{0}箇所",
    flawed_of="乱れた文 {0}",
    read="読む",
    remove="削除",
    remove_title="文書の削除",
    remove_this="このファイルを文書フォルダーから削除します。元に戻せません。",
    remove_many="このファイルには{0}件の文書が入っています。すべて削除されます。",
    remove_yes="削除する",
    cancel="やめる",
    removed="削除しました。索引を作り直しています。",
    add="文書を加える",
    add_label="ファイルをここに置くか、選んでください",
    add_help="{0} / 1ファイル {1} MB まで",
    choose="ファイルを選ぶ",
    add_yes="加える",
    added="加えました",
    refused="加えられませんでした",
    waiting="まだ索引に入っていない変更があります。",
    unread="読めなかったファイル",
    set_="質問集",
    set_label="どの質問集で測りますか",
    set_marked="親指の評価から ({0}問)",
    set_upload="質問集を加える (.jsonl)",
    set_added="質問集「{0}」を加えました。",
    no_set="質問集がありません。.jsonl ファイルを加えるか、質問ページで箇所に親指を付けてください。",
    lenient="文書に合わない質問があっても続ける",
    faulty="質問集が文書に合いません。質問集を直すか、「続ける」を選んでください。",
    run="測る",
    asking="質問しています {0}/{1}",
    measured="測り終えました。",
    runs="これまでの評価",
    no_runs="まだ評価はありません。質問集を選んで「測る」を押してください。",
    figures="{0}問 · {1} · {2}",
    measure="指標",
    legs={"fused": "統合", "passage": "箇所の意味", "sentence": "文の意味", "keyword": "語の一致"},
    answering={
        "auroc": "答えのある質問の確信度が、ない質問より高い確率",
        "coverage": "答えのある質問のうち、答えた割合",
        "precision": "答えたうち、最も確かな箇所が正しい割合",
        "refused": "答えのない質問のうち、断った割合",
        "refused_at_95": "答えのある質問の95%に答える設定で、断れる割合",
        "quoted": "最初の正しい箇所のうち、引用した文に答えがある割合",
        "calibration_error": "確信度と正解率のずれ (小さいほどよい)",
    },
    plots={
        "legs": "手がかりごとの指標と95%区間",
        "ranks": "最初の正しい箇所の順位",
        "reliability": "確信度と正解率: 線に近いほど正直",
    },
    axes={
        "mean": "平均と95%区間",
        "rank": "最初の正しい箇所の順位",
        "none": "圏外",
        "questions": "質問",
        "confidence": "最も確かな箇所の確信度",
        "right": "正しい割合",
    },
    misses="外れた質問 {0}件",
    measuring="ほかの測定が進んでいます。終わってから、もう一度押してください。",
    no_misses="すべての質問で、正しい箇所が1位でした。",
    miss="{0}位",
    no_rank="圏外",
    expected="答えはここにあります",
    above="これが上に来ました",
    compare="二つの評価を比べる",
    run_a="前 (A)",
    run_b="後 (B)",
    compare_same="比べるには、評価が二つ要ります。",
    compare_head=("指標", "A", "B", "差と95%区間", "勝/分/負", "p (Holm)"),
    changes="順位が変わった質問",
    unpaired="片方にしかない{0}問は除きました。",
    facts={
        "built_at": "作成日時",
        "documents": "文書",
        "passages": "箇所",
        "sentences": "文",
        "model": "モデル",
        "dimension": "ベクトルの次元",
        "passage_size": "箇所の最大の長さ (字)",
        "k": "回答の箇所数",
        "reranker": "並べ替えモデル",
        "seeds": "文書フォルダー",
        "generation": "索引の世代",
    },
    current="索引は最新です。文書も設定も、作成後に変わっていません。",
    outdated="索引の作成後に変わったもの",
    kinds={"added": "追加", "changed": "変更", "removed": "削除", "settings": "設定"},
    settings={"model": "モデル", "passage_size": "箇所の最大の長さ", "limits": "文書を読む上限"},
    left_out_none="すべてのファイルを読めました。",
    left_out_some="除かれたファイルと理由",
    rebuild="索引を作り直す",
    meanwhile="作り直しのあいだも、これまでの索引で質問できます。",
    failures={
        "UsageError": "入力または設定に誤りがあります。内容を直して、もう一度試してください。",
        "EmptyQuestion": "質問に言葉がありません。知りたいことを書いてください。",
        "LongQuestion": "質問が長すぎます。一万字までにしてください。",
        "AlreadyHeld": "同じ文書がすでにあります。加える必要はありません。",
        "Unpaired": "二つの評価に共通の質問がありません。同じ質問集の評価を選んでください。",
        "EmptySelection": "絞り込みに合う箇所がありません。絞り込みを広げるか、外してください。",
        "NoDocuments": "読める文書がありません。「文書」ページから文書を加えてください。",
        "UnreadableDocument": "ファイルを読めませんでした。別の形式で保存し直して試してください。",
        "ModelUnavailable": "モデルを読み込めませんでした。モデルの名前と置き場所を確かめてください。",
        "NoIndex": "索引がまだありません。「索引」ページの「索引を作り直す」で作れます。",
        "DamagedIndex": "索引のファイルが壊れています。「索引」ページで作り直してください。",
        "ForeignIndex": "索引が別のモデルまたは版で作られています。「索引」ページで作り直してください。",
        "BeingBuilt": "ほかの処理が索引を作っています。終わってから、もう一度試してください。",
        "Unreachable": "索引のサーバーにつながりません。動いているか、アドレスが正しいかを確かめてください。",
        "CannotWrite": "書き込めませんでした。空き容量と書き込みの許可を確かめてください。",
        "ShuttenError": "うまくいきませんでした。下の詳細を確かめて、もう一度試してください。",
        "Exception": "思わぬ失敗が起きました。ページを読み込み直してください。詳しくは記録(ログ)にあります。",
    },
    detail="詳細",
)


EN = Texts(
    language="en",
    name="Shutten 出典",
    other="日本語",
    ask="Ask",
    documents="Documents",
    evaluate="Evaluate",
    index="Index",
    introduction="Ask your own documents; read the passages that answer, word for word, with their sources.",
    placeholder="Ask the documents",
    searching="Searching…",
    suggestions="For instance, from the documents' headings",
    following="Go on with",
    about="What is said about “{0}”?",
    new="New chat",
    export="Save",
    export_title="Shutten 出典: questions and sources",
    not_found="No passage in the documents answers this question.",
    no_question="This seems to ask nothing of the documents. All that is done here is to find the passages "
    "that answer a question, and to quote them.",
    try_this=(
        "Put it in words that the documents may use",
        "Add something definite: a name, a place, a date",
    ),
    nearest="{0} near passages, none an answer",
    passages="{0} passages",
    views={"rank": "Rank", "source": "Source", "beside": "Side by side", "time": "Time"},
    view="View",
    nothing="nothing found",
    nothing_here="Sources with nothing",
    nothing_more="Nothing in {0} more",
    found_more="{0} more sources have something",
    also="The same text in",
    notes="Notes",
    flawed="Part of this text is garbled. Check the original before you quote it.",
    flaws={
        flaws.FOREIGN: "A sentence of another language stands in between",
        flaws.GARBLED: "The characters are garbled",
        flaws.REPEATED: "The same words are repeated over and over",
    },
    quote="Quote",
    lines="lines {0}",
    page="p. {0}",
    undated="undated",
    levels={"high": "high", "middle": "middle", "low": "low"},
    sureness="Confidence: {0}",
    sure_means={
        "high": "It answers with a chance of {0:.0%}. Three or more in four such passages are right.",
        "middle": "It answers with a chance of {0:.0%}. More such are right than not; read around it, too.",
        "low": "It answers with a chance of {0:.0%}. Read it as a lead, not as an answer.",
    },
    evidence={
        "closeness": "Nearest sentence, nearness to the question",
        "usual": "Any sentence, nearness to the question: less in another language",
        "rest_sentence": "Sentences further down: near where the subject is in the documents",
        "rest_passage": "Passages further down: some are near by chance where there are many",
        "first": "Ranked first (1 or 0)",
        "odds": "Read beside the question: log odds that it answers",
        "best_odds": "The same of the best candidate",
        "brief": "A word or two that ask nothing (1 or 0)",
        "brief_closeness": "Nearest sentence, nearness to that word or two",
        "brief_coverage": "How much of that word or two the passage has",
    },
    evidence_head=("What speaks for it", "Value", "Adds"),
    base="Base, which these add to",
    small_talk="Chance that nothing is asked of documents, which takes its share",
    score="Score in the ranking, apart from these",
    open="Open the source",
    cite="Cite",
    plain="Plain",
    markdown="Markdown",
    bibtex="BibTeX",
    thumbs="Does it answer?",
    recorded="Your word on it was recorded.",
    taken_back="Your word on it was taken back.",
    document="Source",
    before="Previous passage",
    after="Next passage",
    number="Passage {0} of {1}",
    permalink="Link to this passage",
    changed="The index was rebuilt after this answer and the passage has changed. Ask again.",
    older="The index cannot be used now, so the one before it answers. Rebuild it on the Index page.",
    stale="kept as it was when it could be read",
    no_place="This document or place is not in the index now. Ask again to find it.",
    filter="Filters",
    filtered="Filtered by {0}",
    filter_gone="Some of the filters are not in the index now and were dropped. Check the filters.",
    sources="Sources",
    every_source="All sources",
    publishers="Publishers",
    every_publisher="All publishers",
    since="From this month",
    until="To this month",
    any_time="Any",
    clear="Clear the filters",
    loading="Loading the model…",
    building="Building the index. The first time takes a while.",
    stages={
        "read": "Reading the documents",
        "encode": "Taking the texts in",
        "link": "Preparing the search",
        "send": "Sending to Milvus",
    },
    stop="Stop",
    stopping="Stopping…",
    stopped="Stopped. The index from before is still in use.",
    built="The index is built: {0} documents, {1} passages.",
    again="Try again",
    left_out="{0} files could not be read",
    held="{0} documents",
    search="Find by title, publisher or file name",
    sort="Order",
    orders={
        "name": "File name",
        "date": "Newest first",
        "size": "Longest first",
        "flawed": "Most flaws first",
    },
    nothing_held="No document fits.",
    size="{0:,} characters",
    passages_of="passages: {0}",
    flawed_of="garbled sentences: {0}",
    read="Read",
    remove="Remove",
    remove_title="Remove a document",
    remove_this="This file will be deleted from the documents folder, for good.",
    remove_many="{0} documents are in this file. All of them will be deleted.",
    remove_yes="Delete it",
    cancel="Cancel",
    removed="Deleted. The index is being rebuilt.",
    add="Add documents",
    add_label="Drop files here, or choose them",
    add_help="{0} / up to {1} MB each",
    choose="Choose files",
    add_yes="Add",
    added="Added",
    refused="Could not be added",
    waiting="Some changes are not in the index yet.",
    unread="Files that could not be read",
    set_="Question sets",
    set_label="Measure with which question set?",
    set_marked="From readers' thumbs ({0} questions)",
    set_upload="Add a question set (.jsonl)",
    set_added="The question set “{0}” was added.",
    no_set="There is no question set. Add a .jsonl file, or give passages a thumb on the Ask page.",
    lenient="Go on even if some questions do not fit the documents",
    faulty="The set does not fit the documents. Mend the set, or choose to go on.",
    run="Measure",
    asking="Asking {0}/{1}",
    measured="Measured.",
    runs="Evaluations so far",
    no_runs="None yet. Choose a question set and press “Measure”.",
    figures="{0} questions · {1} · {2}",
    measure="Measure",
    legs={"fused": "All", "passage": "Passage meaning", "sentence": "Sentence meaning", "keyword": "Words"},
    answering={
        "auroc": "Chance that an answerable question's confidence is above an unanswerable one's",
        "coverage": "Share of the answerable questions that are answered",
        "precision": "Share of the answered questions whose surest passage is right",
        "refused": "Share of the unanswerable questions that are refused",
        "refused_at_95": "The same at a threshold that still answers 95% of the answerable ones",
        "quoted": "Share of the first right passages whose quoted sentence says the answer",
        "calibration_error": "Distance of the confidence from the share that is right (less is better)",
    },
    plots={
        "legs": "Each leg's measures, with 95% intervals",
        "ranks": "Rank of the first right passage",
        "reliability": "Confidence and share that is right: the nearer the line, the more honest",
    },
    axes={
        "mean": "Mean and 95% interval",
        "rank": "Rank of the first right passage",
        "none": "none",
        "questions": "Questions",
        "confidence": "Confidence of the surest passage",
        "right": "Share that is right",
    },
    misses="{0} questions missed",
    measuring="Something else is being measured. Press again when that has ended.",
    no_misses="Every question has a right passage in first place.",
    miss="rank {0}",
    no_rank="not found",
    expected="The answer is here",
    above="This stood above it",
    compare="Compare two evaluations",
    run_a="Before (A)",
    run_b="After (B)",
    compare_same="It takes two evaluations to compare.",
    compare_head=("Measure", "A", "B", "Difference, 95% interval", "Won/tied/lost", "p (Holm)"),
    changes="Questions whose rank changed",
    unpaired="{0} questions are in one of them only and were left aside.",
    facts={
        "built_at": "Built",
        "documents": "Documents",
        "passages": "Passages",
        "sentences": "Sentences",
        "model": "Model",
        "dimension": "Dimensions of a vector",
        "passage_size": "Longest passage (characters)",
        "k": "Passages in an answer",
        "reranker": "Reranker",
        "seeds": "Documents folder",
        "generation": "Generation",
    },
    current="The index is up to date: neither documents nor settings have changed since.",
    outdated="Changed since the index was built",
    kinds={"added": "Added", "changed": "Changed", "removed": "Removed", "settings": "Setting"},
    settings={"model": "model", "passage_size": "longest passage", "limits": "limits of reading"},
    left_out_none="Every file could be read.",
    left_out_some="Left out, and why",
    rebuild="Rebuild the index",
    meanwhile="Meanwhile questions are answered from the index as it is.",
    failures={
        "UsageError": "Something in the input or the settings is wrong. Correct it and try again.",
        "EmptyQuestion": "The question has no words. Write what you want to know.",
        "LongQuestion": "The question is too long. Ask with 10,000 characters at most.",
        "AlreadyHeld": "The same document is there already. There is no need to add it.",
        "Unpaired": "The two evaluations have no question in common. Choose two of the same set.",
        "EmptySelection": "The filters leave no passage. Widen or clear them.",
        "NoDocuments": "There is no document to read. Add some on the page “Documents”.",
        "UnreadableDocument": "The file cannot be read. Save it in another format and try again.",
        "ModelUnavailable": "The model cannot be loaded. Check its name and where it lies.",
        "NoIndex": "There is no index yet. “Rebuild the index” on the page “Index” makes one.",
        "DamagedIndex": "The index's files are damaged. Rebuild it on the page “Index”.",
        "ForeignIndex": "The index was built with another model or version. Rebuild it on the page “Index”.",
        "BeingBuilt": "The index is being built elsewhere. Try again when that has ended.",
        "Unreachable": "The server that has the index does not answer. See that it runs, and where.",
        "CannotWrite": "It could not be written. See that there is room on the disk, and permission.",
        "ShuttenError": "That did not work. See the detail below, and try again.",
        "Exception": "Something unexpected went wrong. Load the page again; the log has the details.",
    },
    detail="Detail",
)

LANGUAGES = {one.language: one for one in (JA, EN)}
