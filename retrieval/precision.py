"""Where a model computes, and with which numbers: bfloat16 where it is multiplied in hardware, else float32.

bfloat16 has float32's range and 8 bits of precision. In hardware it is about three times as fast; where
a processor has to make do without, far slower.
"""

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import nn

Numbers = Literal["bfloat16", "float32"]


def device() -> str:
    """Where models compute: on a graphics processor, where torch has one that it can use."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def native() -> Numbers:
    """What the processor there computes with fastest."""
    import torch

    if device() == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    has = torch.cpu.get_capabilities()
    return "bfloat16" if has.get("amx_bf16") or has.get("avx512_bf16") else "float32"


def narrow(model: "SentenceTransformer", numbers: Numbers) -> None:
    """Lets the model's layers compute with these `numbers`.

    What they give is float32 again: the mean over a text's tokens and its length are not to be rounded.
    """
    if numbers == "bfloat16":
        import torch

        model[0].to(torch.bfloat16)
        model[0].register_forward_hook(_widened)


def _widened(_: "nn.Module", given: tuple[Any, ...], features: dict[str, Any]) -> dict[str, Any]:
    return features | {"token_embeddings": features["token_embeddings"].float()}
