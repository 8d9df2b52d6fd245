"""Models by name: a folder, or a model hub's at a pinned revision. Safetensors only, no code from the model.

A hub's name says which commit of the model is meant, ``owner/name@commit``: what was measured yesterday
is what runs tomorrow, and whoever gets hold of the name changes nothing here. The network is asked for
such a model alone, once, where it is not on the disk yet.
"""

import json
import re
from pathlib import Path

from retrieval.errors import ModelUnavailable

TIMEOUT = 10.0  # seconds
_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]  # no pickles, no code
_PINNED = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})")
_CODE = frozenset({".py", ".pyc", ".pyd", ".so", ".dylib", ".dll", ".exe", ".sh"})
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib"})
_OWN = "sentence_transformers."


def folder(name: str) -> str:
    """The folder of the model `name`: itself, what is on the disk already, else what the hub has.

    Raises ValueError where it is a hub's without a commit, or has code or pickles in it.
    """
    path = Path(name)
    if not path.is_dir():
        path = Path(_snapshot(name))
    _refuse_code(path)
    return str(path)


def _snapshot(name: str) -> str:
    """The folder that the hub's model is in, fetched if need be.

    One plain look-up comes before fetching: the hub's own client tries each of a model's files six
    times over, more than a minute, before it says that there is no network.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    pinned = _PINNED.fullmatch(name)
    if pinned is None:
        raise ValueError("no such folder, and a hub's model is named with its commit: owner/name@commit")
    try:
        return snapshot_download(pinned["name"], revision=pinned["commit"], local_files_only=True)
    except LocalEntryNotFoundError:
        HfApi().model_info(pinned["name"], revision=pinned["commit"], timeout=TIMEOUT)
        return snapshot_download(pinned["name"], revision=pinned["commit"], allow_patterns=_FILES)


def _refuse_code(path: Path) -> None:
    """Raise ValueError for a folder with code in it, or with weights that are pickles, thus code."""
    for file in sorted(path.rglob("*")):
        own = file.relative_to(path)
        if file.suffix.lower() in _CODE:
            raise ValueError(f"it has code in it, {own}; only data is loaded")
        if file.suffix.lower() in _PICKLES and not any(file.parent.glob("*.safetensors")):
            raise ValueError(f"{own} is no safetensors file, and pickles are not loaded")
    modules = path / "modules.json"
    for module in json.loads(modules.read_text(encoding="utf-8")) if modules.is_file() else []:
        if not str(module["type"]).startswith(_OWN):
            raise ValueError(
                f"its modules.json asks for {module['type']}, which is not sentence-transformers'"
            )


def unavailable(name: str, error: Exception, remedy: str) -> ModelUnavailable:
    """The error that says in one line why the model cannot be loaded."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return ModelUnavailable(f"the model {name} cannot be loaded ({reason:.200}); {remedy}")


def quiet() -> None:
    """Keep transformers from drawing bars of its own: callers draw the progress."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
