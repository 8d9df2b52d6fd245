"""One frozen place for all settings: defaults, then ``SHUTTEN_*``, then the command line."""

import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval import adapter, shard
from retrieval.cluster import address
from retrieval.cluster.address import Address
from retrieval.documents.limits import DEFAULT, Limits
from retrieval.errors import UsageError
from retrieval.shard import WHOLE, Shard

PROJECT = Path(__file__).resolve().parent.parent
BUNDLED_MODEL = "multilingual-e5-small"
DEFAULT_MODEL = f"{BUNDLED_MODEL}+qa2"  # with what it has learnt of answering questions
PAGE_RERANKER = f"{BUNDLED_MODEL}+rr4"  # which comes upon that
_INDEX = PROJECT / "index"
_TOKEN = re.compile(r"(?<=://).*@")  # what opens a server is not shown

Share = Annotated[Shard, NoDecode, BeforeValidator(shard.parse)]
Place = Annotated[Path | Address, NoDecode, BeforeValidator(address.parse)]


class Settings(BaseSettings):
    """What a run of Shutten works with. Lengths are in characters."""

    model_config = SettingsConfigDict(env_prefix="SHUTTEN_", frozen=True, extra="forbid")

    seeds: Path = Field(PROJECT / "seeds", description="folder with the documents")
    index: Place = Field(_INDEX, description="folder with the built index, or address of one in Milvus")
    shard: Share = Field(WHOLE, description="share of the documents to build, of an index in Milvus")
    feedback: Path = Field(PROJECT / "feedback.jsonl", description="file that the app records feedback in")
    model: str = Field(DEFAULT_MODEL, min_length=1, description="SentenceTransformer name or folder")
    reranker: str = Field("", description="cross-encoder that orders the best passages anew; none if empty")
    passage_size: int = Field(400, ge=50, le=2000, description="longest passage, in characters")
    k: int = Field(5, ge=1, le=100, description="passages in an answer")
    max_seconds: int = Field(DEFAULT.max_seconds, ge=1, le=86_400, description="to read one document")
    max_memory: int = Field(DEFAULT.max_memory, ge=64, le=1_048_576, description="MiB to read one document")
    max_pages: int = Field(DEFAULT.max_pages, ge=1, description="pages of one document")
    max_characters: int = Field(DEFAULT.max_characters, ge=1, description="characters of one document")

    @property
    def limits(self) -> Limits:
        """The most that reading one document may take."""
        return Limits(self.max_seconds, self.max_memory, self.max_pages, self.max_characters)

    @property
    def folder(self) -> Path:
        """The folder of what is on this machine of the index: of all of it, where it is in a folder."""
        if isinstance(self.index, Path):
            return self.index
        own = self.index.folder(_INDEX)
        return own if self.shard == WHOLE else own / f"share-{self.shard.number}-of-{self.shard.of}"

    def of_the_page(self) -> Self:
        """These with the model's own reranker, where none is named or ruled out: a person who asks would
        rather wait for half a second than read what is no answer."""
        chosen = "reranker" in self.model_fields_set or self.model != DEFAULT_MODEL
        return self if chosen else self.model_copy(update={"reranker": PAGE_RERANKER})

    @model_validator(mode="after")
    def _shared(self) -> Self:
        if self.shard != WHOLE and isinstance(self.index, Path):
            raise ValueError(f"--shard {self.shard}: only an index in Milvus is built in shares (--index)")
        return self

    @field_validator("seeds", "index", "feedback", mode="before")
    @classmethod
    def _names_a_place(cls, given: object) -> object:
        """Or it would be the folder that the program happens to run in."""
        if given == "":
            raise ValueError("empty; name a place, or leave it out for the default")
        return given

    @field_validator("model", "reranker")
    @classmethod
    def _wherever_it_is_read(cls, name: str) -> str:
        """A model's folder by its whole path, the same for every process that opens the index, and an
        adapter's file with what tells it from another at the same path."""
        base, adapted, learnt = name.partition("+")
        if base == BUNDLED_MODEL and adapted:
            if not learnt:
                raise ValueError("no adapter is named behind the +; leave both out, or name one")
            return f"{base}+{adapter.full_name(learnt)}"
        is_folder = name not in ("", BUNDLED_MODEL) and Path(name).is_dir()
        return str(Path(name).absolute()) if is_folder else name

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Settings from the environment, overridden by every `given` value that is not None.

        Raises UsageError naming every wrong field, its value and what it should be.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise UsageError("; ".join(_says(one, given) for one in error.errors())) from None

    def environment(self) -> dict[str, str]:
        """These settings as ``SHUTTEN_*`` variables, for a process started with them, in any folder."""
        return {f"SHUTTEN_{name.upper()}": _written(getattr(self, name)) for name in type(self).model_fields}


def _written(value: object) -> str:
    if isinstance(value, Address):
        return value.server if value.in_a_file else value.written
    return str(value.absolute() if isinstance(value, Path) else value)


def _says(error: ErrorDetails, given: dict[str, Any]) -> str:
    if not error["loc"]:
        return error["msg"].removeprefix("Value error, ")
    name = str(error["loc"][0])
    option = f"--{name.replace('_', '-')}" if len(name) > 1 else f"-{name}"
    where = option if given.get(name) is not None else f"SHUTTEN_{name.upper()}"
    given_as = _TOKEN.sub("", str(error["input"]))
    return f"{where}={given_as}: {error['msg'].removeprefix('Value error, ')}"
