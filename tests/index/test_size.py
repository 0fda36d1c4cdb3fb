"""How much an index says that it holds."""

from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.index_size import IndexSize
from ocelli.edge.index.points import Point
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

pytestmark = [pytest.mark.system, pytest.mark.embedded]


async def test_it_opens_no_collection_to_count_its_points(tmp_path: Path) -> None:
    engine = EmbeddedIndex(tmp_path / "index")
    index, size = ValidatedIndex(engine), IndexSize(engine)
    await index.start(soon().deadline)
    for name, count in (("a", 3), ("b", 5)):
        await index.create_collection(Collection(name=name, dimension=2), call=soon())
        points = [Point(id=str(n), vector=np.ones(2, "f4"), payload={}) for n in range(count)]
        await index.upsert(name, points, call=soon())
    await size.measure()
    assert (size.collections, size.points) == (2, 8)
    await index.close()

    engine = EmbeddedIndex(tmp_path / "index")
    index, size = ValidatedIndex(engine), IndexSize(engine)
    await index.start(soon().deadline)
    await size.measure()
    assert (size.collections, size.points) == (2, 0)
    assert await index.count("b", call=soon()) == 5
    await size.measure()
    assert (size.collections, size.points) == (2, 5)
    await index.close()
