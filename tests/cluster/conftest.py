from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from retrieval import Settings
from retrieval.cluster.address import Address
from retrieval.shard import Shard

if find_spec("pymilvus") is None:  # the others need no server
    collect_ignore = ["test_builds.py", "test_client.py", "test_index.py"]
_numbers = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A file of milvus-lite's, which takes a moment to start: one for all tests of a module."""
    from milvus_lite.server_manager import server_manager_instance

    path = str(tmp_path_factory.mktemp("milvus") / "x.db")
    yield path
    server_manager_instance.release_server(path)


@pytest.fixture
def there(server: str, settings: Settings) -> Settings:
    """The settings of an index in Milvus, of this test alone, over `seeds`."""
    name = f"docs{next(_numbers)}"
    return settings.model_copy(update={"index": Address(server, name, f"{server}/{name}")})


@pytest.fixture
def share(there: Settings) -> Callable[[int, int], Settings]:
    """The settings of one machine of several."""
    return lambda number, of: there.model_copy(update={"shard": Shard(number, of)})


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an index of the same documents in a folder."""
    return settings.model_copy(update={"index": tmp_path / "here"})
