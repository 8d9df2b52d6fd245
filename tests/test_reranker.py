from pathlib import Path

import numpy as np
import pytest

from retrieval import Encoder, Searcher, Settings, encoder, reranker
from retrieval.errors import ModelUnavailable
from retrieval.reranker import Manner
from retrieval.search.fuse import fused
from retrieval.settings import BUNDLED_MODEL, DEFAULT_MODEL


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
    odds = loaded.odds("猫", ["猫がいる", "犬と鳥", "鳥"])
    assert (odds.dtype, odds.shape) == (np.float32, (3,))
    assert len(set(odds.tolist())) == 3


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


OWN = f"{BUNDLED_MODEL}+rr3"
QUESTION = "平和委員会の議長は誰か"
TEXTS = [
    "平和委員会の議長には米国大統領が自ら就き、各国に参加を求めた。",
    "委員会の初会合は九月に開かれ、議題は示されなかった。",
    "港では朝から雨が降り、船は一隻も出なかった。",
]


def test_the_models_own_reranker_tells_what_answers(e5: Encoder) -> None:
    loaded = reranker.load(OWN)
    first, *others = loaded.odds(QUESTION, TEXTS).tolist()
    assert first > 0 > max(others)
    # its words are the encoder's, in memory once, and the encoder goes on as it was
    shared = loaded._model.get_submodule("0.model.embeddings")
    assert shared is encoder.load(DEFAULT_MODEL).model.get_submodule("0.model.embeddings")
    before = e5.encode_queries([QUESTION])
    assert (before == encoder.load(DEFAULT_MODEL).encode_queries([QUESTION])).all()


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
        self.read: list[str] = []

    def odds(self, question: str, texts) -> np.ndarray:
        self.read = list(texts)
        return np.array([-text.count(question) for text in texts], np.float32)


def test_the_best_are_read_and_ordered_anew(built: Settings, words) -> None:
    backwards = Backwards(Manner(depth=2, reach=400, weight=1.0))
    searcher = Searcher.open(built.index, words, backwards)
    [found] = searcher.signals(["犬"])
    plain = np.argsort(-fused(found))
    ranking = searcher.ranking("犬", found)
    # dog.md has 犬 four times with its title in front, cat.txt once; what came third stays behind both
    assert backwards.read[0].startswith("犬の記録\n犬")
    counts = [text.count("犬") for text in backwards.read]
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
