"""What takes long to open is open before the first call."""

from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import warm_up
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.schema import Collection

pytestmark = [pytest.mark.system, pytest.mark.embedded]

NAME = "things"
STORED_BYTES = 100 * 64 * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a collection that has points."""
    catalogue = Catalogue(tmp_path, Tuning())
    entry = catalogue.create(Collection(name=NAME, dimension=64))
    vectors = np.random.default_rng(1).normal(size=(100, 64)).astype("f4")
    catalogue.store(wire.Target(NAME, entry.generation)).upsert(
        [
            wire.NewPoint(str(number), vector.tobytes(), "{}", {})
            for number, vector in enumerate(vectors)
        ]
    )
    catalogue.close()
    return tmp_path


def opened(folder: Path) -> bool:
    """Whether the collection is open after a start."""
    catalogue = Catalogue(folder, Tuning())
    try:
        warm_up.warm_up(catalogue, folder / "warming")
        return catalogue.peek(NAME) is not None
    finally:
        catalogue.close()


def test_what_is_large_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not opened(folder)
    monkeypatch.setattr(warm_up, "_MIN_SHARD_BYTES", STORED_BYTES)
    assert opened(folder)
    assert not (folder / "warming").exists()


def test_a_start_after_one_that_ended_while_it_opened_opens_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_up, "_MIN_SHARD_BYTES", STORED_BYTES)
    (folder / "warming").touch()
    assert not opened(folder)
    assert opened(folder)


def test_what_cannot_be_opened_stops_no_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_up, "_MIN_SHARD_BYTES", STORED_BYTES)
    for path in (folder / "collections" / NAME / "shard").rglob("segment.json"):
        path.write_text("{")
    assert not opened(folder)
    assert not (folder / "warming").exists()
