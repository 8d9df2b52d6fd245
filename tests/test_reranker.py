from pathlib import Path

import numpy as np
import pytest

from retrieval import Searcher, Settings, reranker
from retrieval.errors import ModelUnavailable
from retrieval.search.fuse import fused


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
    scores = loaded.scores("猫", ["猫がいる", "犬と鳥", "鳥"])
    assert (scores.dtype, scores.shape) == (np.float32, (3,))
    assert ((scores > 0) & (scores < 1)).all()
    assert len(set(scores.tolist())) == 3


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


class Backwards:
    """Prefers what has least of the question."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, passages) -> np.ndarray:
        self.read = list(passages)
        return np.array([1 / (1 + passage.count(question)) for passage in passages], np.float32)


def test_the_best_are_read_and_ordered_anew(built: Settings, words, monkeypatch: pytest.MonkeyPatch) -> None:
    backwards = Backwards()
    searcher = Searcher.open(built.index, words, backwards)
    [found] = searcher.signals(["犬"])
    monkeypatch.setattr("retrieval.search.searcher.RERANKED", 2)
    plain = np.argsort(-fused(found))
    scores = searcher.scores("犬", found)
    # dog.md has 犬 three times, cat.txt once; what came third stays behind both
    assert np.argsort(-scores).tolist() == [plain[1], plain[0], plain[2]]
    assert sorted(scores[plain[:2]].tolist()) == [2.25, 2.5]
    assert backwards.read[0].startswith("犬\n犬がいる")
    assert [hit.passage.document for hit in searcher.ask("犬", 3).hits][:2] == ["cat.txt", "dog.md"]
