"""A running index, shared or of one's own, in the engine that `--index-engine` names."""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.opensearch_index import OpenSearchIndex
from ocelli.edge.index.port import IndexEngine
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

_numbers = itertools.count()
NewCollection = Callable[..., Awaitable[Collection]]
OpenIndex = Callable[..., contextlib.AbstractAsyncContextManager[ValidatedIndex]]


@pytest.fixture(scope="session")
def index_engine(request: pytest.FixtureRequest) -> str:
    """The engine under test: "embedded", or the address of a cluster."""
    return str(request.config.getoption("--index-engine"))


@pytest.fixture(autouse=True)
def _engine_of_its_own(request: pytest.FixtureRequest, index_engine: str) -> None:
    """Skips what is about the embedded engine's process and files where another one is tested."""
    if index_engine != "embedded" and request.node.get_closest_marker("embedded"):
        pytest.skip("about the embedded engine")


async def _forget(index: ValidatedIndex) -> None:
    while items := (await index.list_collections(call=soon())).items:
        names = [collection.name for collection in items]
        await asyncio.gather(*(index.delete_collection(name, call=soon(60)) for name in names))


@pytest.fixture(scope="session")
def open_index(index_engine: str) -> OpenIndex:
    """Opens an index for a folder: two for one folder share their collections."""
    prefixes: dict[Path, str] = {}

    def engine(folder: Path, **options: object) -> IndexEngine:
        if index_engine == "embedded":
            return EmbeddedIndex(folder, **options)
        prefix = prefixes.setdefault(folder, f"test-{secrets.token_hex(6)}")
        return OpenSearchIndex(OpenSearchAccess.of(f"{index_engine}/{prefix}"))

    @contextlib.asynccontextmanager
    async def opened(
        folder: Path, *, max_answer_bytes: int = 32 << 20, guest: bool = False, **options: object
    ) -> AsyncIterator[ValidatedIndex]:
        if guest and index_engine == "embedded":
            options["attach"] = True
        index = ValidatedIndex(engine(folder, **options), max_answer_bytes=max_answer_bytes)
        await index.start(soon(20).deadline)
        try:
            yield index
            if index_engine != "embedded" and not guest:
                await _forget(index)
        finally:
            await index.close()

    return opened


@pytest_asyncio.fixture(scope="session")
async def index(
    open_index: OpenIndex, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ValidatedIndex]:
    """A running index, one for the whole session: tests use collections of their own."""
    async with open_index(tmp_path_factory.mktemp("index")) as index:
        yield index


@pytest.fixture
def new_collection(index: ValidatedIndex) -> NewCollection:
    async def create(
        dimension: int = 4, metric: Metric = Metric.COSINE, **fields: FieldType
    ) -> Collection:
        collection = Collection(
            name=f"c{next(_numbers)}", dimension=dimension, metric=metric, fields=fields
        )
        await index.create_collection(collection, call=soon(10))
        return collection

    return create


@pytest_asyncio.fixture
async def own_index(
    open_index: OpenIndex, index_engine: str, tmp_path: Path
) -> AsyncIterator[ValidatedIndex]:
    """An index that the test may kill, if it is embedded, and stop."""
    options = {"log": tmp_path / "engine.log"} if index_engine == "embedded" else {}
    async with open_index(tmp_path / "index", **options) as index:
        yield index
