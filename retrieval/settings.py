"""One frozen place for all settings: defaults, then ``SHUTTEN_*``, then the command line."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import UsageError

PROJECT = Path(__file__).resolve().parent.parent
BUNDLED_MODEL = "multilingual-e5-small"


class Settings(BaseSettings):
    """What a run of Shutten works with. Lengths are in characters."""

    model_config = SettingsConfigDict(env_prefix="SHUTTEN_", frozen=True, extra="forbid")

    seeds: Path = Field(PROJECT / "seeds", description="folder with the documents")
    index: Path = Field(PROJECT / "index", description="folder with the built index")
    feedback: Path = Field(PROJECT / "feedback.jsonl", description="file that the app records feedback in")
    model: str = Field(BUNDLED_MODEL, min_length=1, description="SentenceTransformer name or folder")
    reranker: str = Field("", description="cross-encoder that orders the best passages anew; none if empty")
    passage_size: int = Field(400, ge=50, le=2000, description="longest passage, in characters")
    k: int = Field(5, ge=1, le=100, description="passages in an answer")

    @field_validator("model", "reranker")
    @classmethod
    def _wherever_it_is_read(cls, name: str) -> str:
        """A model's folder by its whole path, the same for every process that opens the index."""
        is_folder = name not in ("", BUNDLED_MODEL) and Path(name).is_dir()
        return str(Path(name).absolute()) if is_folder else name

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Settings from the environment, overridden by every `given` value that is not None.

        Raises UsageError naming the first wrong field, its value and what it should be.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            option = f"--{name.replace('_', '-')}" if len(name) > 1 else f"-{name}"
            where = option if given.get(name) is not None else f"SHUTTEN_{name.upper()}"
            raise UsageError(f"{where}={first['input']}: {first['msg']}") from None

    def environment(self) -> dict[str, str]:
        """These settings as ``SHUTTEN_*`` variables, for a process started with them, in any folder."""
        return {
            f"SHUTTEN_{name.upper()}": str(value.absolute() if isinstance(value, Path) else value)
            for name, value in self.model_dump().items()
        }
