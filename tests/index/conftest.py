"""A running index, shared or of one's own."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

_numbers = itertools.count()
NewCollection = Callable[..., Awaitable[Collection]]


@pytest_asyncio.fixture(scope="session", params=["embedded"])
async def index(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ValidatedIndex]:
    """A running index, one for the whole session: tests use collections of their own."""
    embedded = ValidatedIndex(EmbeddedIndex(tmp_path_factory.mktemp("index")))
    await embedded.start(soon(20).deadline)
    yield embedded
    await embedded.close()


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
async def own_index(tmp_path: Path) -> AsyncIterator[ValidatedIndex]:
    """An embedded index that the test may kill."""
    embedded = ValidatedIndex(EmbeddedIndex(tmp_path / "index", log=tmp_path / "engine.log"))
    await embedded.start(soon(20).deadline)
    yield embedded
    await embedded.close()
