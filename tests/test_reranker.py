from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import Encoder, Searcher, Settings, build, encoder, reranker
from retrieval.errors import ModelUnavailable
from retrieval.index.selection import Selection
from retrieval.reranker import Manner, Reading, nowhere
from retrieval.search.fuse import NEARNESS, fused
from retrieval.settings import BUNDLED_MODEL, DEFAULT_MODEL
from retrieval.spans import Span
from retrieval.wording import Excerpt


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real cross-encoder of a few kilobytes, saved as safetensors."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny-reranker"
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[SEP]": 2, "猫": 3, "犬": 4, "鳥": 5}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    words.post_processor = processors.TemplateProcessing("$A [SEP]", "$A [SEP] $B:1 [SEP]:1", [("[SEP]", 2)])
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    # weights so large that no two scores come out alike by chance
    config = BertConfig(
        vocab_size=6, num_labels=1, max_position_embeddings=512, initializer_range=1.0, **shape
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", sep_token="[SEP]"
    ).save_pretrained(folder)
    return folder


def test_a_cross_encoder_from_a_folder_scores_pairs(tiny: Path) -> None:
    loaded = reranker.load(str(tiny))
    assert loaded.name == str(tiny)
    texts = [("猫がいる",), ("犬と鳥",), ("鳥。", "犬。", "猫。")]
    said = loaded.read("猫", [Excerpt("", 0, own) for own in texts])
    assert (said.odds.dtype, said.odds.shape) == (np.float32, (3,))
    assert len(set(said.odds.tolist())) == 3
    # it does not say where the answer stands
    assert [own.tolist() for own in said.pointed] == [[0], [0], [pytest.approx(np.log(1 / 3))] * 3]


@pytest.mark.parametrize("name", ["nowhere/at-all", "empty"])
def test_what_cannot_be_loaded_is_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelUnavailable, match=f"the model {name} cannot be loaded") as refused:
        reranker.load(name)
    assert "leave --reranker out" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_weights_that_are_no_safetensors_are_refused(tiny: Path, tmp_path: Path) -> None:
    import shutil

    import torch
    from safetensors.torch import load_file

    folder = shutil.copytree(tiny, tmp_path / "pickled")
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailable):
        reranker.load(str(folder))


OWN = f"{BUNDLED_MODEL}+rr4"
QUESTION = "平和委員会の議長は誰か"
TEXTS = [
    "平和委員会の議長には米国大統領が自ら就き、各国に参加を求めた。",
    "委員会の初会合は九月に開かれ、議題は示されなかった。",
    "港では朝から雨が降り、船は一隻も出なかった。",
]


def test_the_models_own_reranker_tells_what_answers(e5: Encoder) -> None:
    loaded = reranker.load(OWN)
    first, *others = loaded.read(QUESTION, [Excerpt("", 0, (one,)) for one in TEXTS]).odds.tolist()
    assert first > 0 > max(others)
    # its words are the encoder's, in memory once, and the encoder goes on as it was
    shared = loaded.model.embeddings
    assert shared is encoder.load(DEFAULT_MODEL).model.get_submodule("0.model.embeddings")
    before = e5.encode_queries([QUESTION])
    assert (before == encoder.load(DEFAULT_MODEL).encode_queries([QUESTION])).all()


@pytest.mark.parametrize("head", ["", "平和委員会をめぐる動き"])
@pytest.mark.parametrize("at", range(3))
def test_the_models_own_reranker_points_at_the_sentence_that_answers(head: str, at: int) -> None:
    said = [TEXTS[1], TEXTS[2]]
    said.insert(at, TEXTS[0])
    [pointed] = reranker.load(OWN).read(QUESTION, [Excerpt(head, 0, tuple(said))]).pointed
    assert pointed.argmax() == at
    assert np.exp(pointed).sum() == pytest.approx(1, abs=1e-5)


def test_an_adapter_is_for_what_it_was_made(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="a reranker's adapter; name it as --reranker"):
        encoder.load(OWN)
    with pytest.raises(ModelUnavailable, match=r"qa2\.safetensors: no reranker's adapter"):
        reranker.load(f"{BUNDLED_MODEL}+qa2")


class Backwards:
    """Prefers what has least of the question."""

    name = "backwards"

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.texts: list[str] = []

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        self.texts = [one.text for one in excerpts]
        odds = np.array([-text.count(question) for text in self.texts], np.float32)
        return Reading(odds, nowhere(excerpts))


def test_the_best_are_read_and_ordered_anew(built: Settings, words) -> None:
    backwards = Backwards(Manner(depth=2, reach=400, weight=1.0))
    searcher = Searcher.open(built.index, words, backwards)
    [query] = searcher.queries(["犬"])
    found = query.signals
    plain = np.argsort(-fused(found))
    ranking = searcher.ranking(query)
    # dog.md has 犬 four times with its title in front, cat.txt once; what came third stays behind both
    assert backwards.texts[0].startswith("犬の記録\n犬")
    counts = [text.count("犬") for text in backwards.texts]
    assert np.argsort(-ranking.scores).tolist() == [plain[1], plain[0], plain[2]]
    np.testing.assert_allclose(
        ranking.scores[plain], fused(found)[plain] + [0, counts[0] - counts[1], 0], rtol=1e-6
    )
    assert ranking.odds[plain].tolist() == [-counts[0], -counts[1], -counts[0]]
    hits = searcher.ask("犬", 3).hits
    assert [hit.passage.document for hit in hits][:2] == ["cat.txt", "dog.md"]
    assert [hit.evidence.odds for hit in hits[:2]] == [-counts[1], -counts[0]]
    assert {hit.evidence.best_odds for hit in hits} == {-counts[1]}


def test_without_a_reranker_there_are_no_odds(built: Settings, words) -> None:
    for hit in Searcher.open(built.index, words).ask("犬", 3).hits:
        assert (hit.evidence.odds, hit.evidence.best_odds) == (0, 0)


class Pointing(Backwards):
    """Points at the last sentence of each, which is `sure` times as likely as any other."""

    def __init__(self, sure: float) -> None:
        super().__init__(Manner(depth=3, reach=400, weight=1.0))
        self.sure = sure

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        said = super().read(question, excerpts)
        weights = [np.array([1.0] * (len(one.sentences) - 1) + [self.sure]) for one in excerpts]
        return Reading(said.odds, tuple(np.log(own / own.sum()).astype(np.float32) for own in weights))


# dog.md's 犬がいる。 and 犬が走る。 are equally near; cat.txt's 犬はいない。 is nearer than its 猫がいる。 by
# 1 - 1/2, as each vector is one of (1, 0, …, 1) / √2
@pytest.mark.parametrize(
    ("sure", "dog", "cat"),
    [
        (1, "犬がいる。", "犬はいない。"),
        (1.1, "犬が走る。", "犬はいない。"),
        (0.9, "犬がいる。", "犬はいない。"),
        (0.99 * np.exp(-NEARNESS / 2), "犬がいる。", "猫がいる。"),
        (1.01 * np.exp(-NEARNESS / 2), "犬がいる。", "犬はいない。"),
    ],
)
def test_a_quote_is_near_and_pointed_at(built: Settings, words, sure: float, dog: str, cat: str) -> None:
    hits = Searcher.open(built.index, words, Pointing(sure)).ask("犬", 3).hits
    quotes = {hit.passage.document: hit.quote for hit in hits}
    assert (quotes["dog.md"].text, quotes["cat.txt"].text) == (dog, cat)
    for hit in hits:
        assert hit.passage.said_at(Span(hit.quote.start, hit.quote.end)) == hit.quote.text
        # the evidence is the nearest sentence's, of a word here
        assert hit.evidence.brief_closeness == pytest.approx(1 if "犬" in hit.passage.text else 0.5, abs=1e-3)


def test_a_heading_is_not_quoted_however_sure_one_points_at_it(built: Settings, words) -> None:
    class AtFirst(Pointing):
        def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
            said = super().read(question, excerpts)
            return Reading(said.odds, tuple(own[::-1] for own in said.pointed))

    hits = Searcher.open(built.index, words, AtFirst(1e30)).ask("犬", 3).hits
    quotes = {hit.passage.document: hit.quote.text for hit in hits}
    assert quotes == {"dog.md": "犬がいる。", "cat.txt": "犬はいない。", "sub/bird.txt": "鳥が鳴く。"}


def test_what_the_index_would_not_quote_is_not_quoted(settings: Settings, words) -> None:
    texts = {
        "flawed.md": "# 犬\n\n犬がいる。但是,但是这样的事情。",
        "headings.md": "# 鳥\n\n## 犬\n\n## 猫\n",
    }
    for name, text in texts.items():
        (settings.seeds / name).write_text(text, encoding="utf-8")
    build(settings, words)
    for sure in (1e30, 1e-30):
        hits = Searcher.open(settings.index, words, Pointing(sure)).ask("犬", 2, Selection(tuple(texts))).hits
        quotes = {hit.passage.document: hit.quote.text for hit in hits}
        assert quotes["flawed.md"] == "犬がいる。"
        # where there is nothing else, a heading is
        assert quotes["headings.md"] == ("## 猫" if sure > 1 else "## 犬")


def test_a_passage_with_the_same_nearest_sentence_is_left_out_whatever_is_quoted(
    settings: Settings, words
) -> None:
    before, after = "猫が来て" * 10 + "鳥が鳴いた。", "魚が跳ねて" * 7 + "鳥が鳴く。"
    (settings.seeds / "a.txt").write_text(f"{before}犬。{after}", encoding="utf-8")
    small = settings.model_copy(update={"passage_size": 50})
    build(small, words)
    # the second begins with the end of the first, which is nearest in both
    only = Selection(documents=("a.txt",))
    passages = [p.text for _, p in Searcher.open(small.index, words).index.catalog.numbered()]
    assert {f"{before}犬。", f"犬。{after}"} <= set(passages)
    for sure in (1.0, 1e30):
        [hit] = Searcher.open(small.index, words, Pointing(sure)).ask("犬", 5, only).hits
        assert "犬。" in hit.passage.text
