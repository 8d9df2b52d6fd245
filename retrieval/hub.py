"""Models by name: a folder, or a model hub's, fetched once. Safetensors only, no code from the model."""

from pathlib import Path

from retrieval.errors import ModelUnavailable

TIMEOUT = 10.0  # seconds
_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]  # no pickles, no code


def folder(name: str) -> str:
    """The folder of the model `name`: itself, what is on the disk already, else what the hub has.

    One plain look-up comes before fetching: the hub's own client tries each of a model's files six
    times over, more than a minute, before it says that there is no network.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    if Path(name).is_dir():
        return name
    try:
        return snapshot_download(name, local_files_only=True)
    except LocalEntryNotFoundError:
        HfApi().model_info(name, timeout=TIMEOUT)
        return snapshot_download(name, allow_patterns=_FILES)


def unavailable(name: str, error: Exception, remedy: str) -> ModelUnavailable:
    """The error that says in one line why the model cannot be loaded."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return ModelUnavailable(f"the model {name} cannot be loaded ({reason:.200}); {remedy}")


def quiet() -> None:
    """Keep transformers from drawing bars of its own: callers draw the progress."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
