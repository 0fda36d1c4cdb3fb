"""Reading legacy checkpoints: what they hold, and what they may not do."""

import pickle
import struct
import sys
import types
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from ocelli.models import pth


class Stored:
    """A storage that pickles as PyTorch's do, by a persistent id."""

    def __init__(self, kind: type, key: str, count: int) -> None:
        self.pid = ("storage", kind, key, "cpu", count, None)


class Reduced:
    """An object that pickles as a call."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        return self.call


class Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> object:
        return obj.pid if isinstance(obj, Stored) else None


Writer = Callable[..., Path]
Sizes = tuple[int, ...]
Named = TypeVar("Named", type, Callable[..., None])


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """Just the names that a checkpoint refers to, so that they can be pickled by reference."""
    module, internals = types.ModuleType("torch"), types.ModuleType("torch._utils")
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setitem(sys.modules, "torch._utils", internals)

    def name_in(owner: types.ModuleType, name: str, thing: Named) -> Named:
        thing.__module__, thing.__qualname__, thing.__name__ = owner.__name__, name, name
        setattr(owner, name, thing)
        return thing

    return types.SimpleNamespace(
        rebuild=name_in(internals, "_rebuild_tensor_v2", lambda *_: None),
        floats=name_in(module, "FloatStorage", type("FloatStorage", (), {})),
        longs=name_in(module, "LongStorage", type("LongStorage", (), {})),
    )


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write(state: object, storages: dict[str, bytes], magic: int = pth._MAGIC) -> Path:
        path = tmp_path / "weights.pth"
        with path.open("wb") as file:
            for part in (magic, 1001, {"little_endian": True}, state, list(storages)):
                Pickler(file, protocol=2).dump(part)
            for data in storages.values():
                file.write(struct.pack("<q", len(data) // 4) + data)
        return path

    return write


def tensor(torch: types.SimpleNamespace, offset: int, shape: Sizes, strides: Sizes) -> Reduced:
    storage = Stored(torch.floats, "0", 6)
    return Reduced(torch.rebuild, storage, offset, shape, strides, False, OrderedDict())


DATA = np.arange(6, dtype="<f4").tobytes()


def test_tensors_are_views_of_their_storage(torch: types.SimpleNamespace, write: Writer) -> None:
    state = OrderedDict(
        matrix=tensor(torch, 0, (2, 3), (3, 1)),
        transposed=tensor(torch, 0, (3, 2), (1, 3)),
        tail=tensor(torch, 4, (2,), (1,)),
        scalar=tensor(torch, 5, (), ()),
    )
    read = pth.read(write(state, {"0": DATA}))
    np.testing.assert_array_equal(read["matrix"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(read["transposed"], [[0, 3], [1, 4], [2, 5]])
    np.testing.assert_array_equal(read["tail"], [4, 5])
    assert read["scalar"] == 5
    assert read["scalar"].shape == ()


def test_a_checkpoint_cannot_call_anything_else(write: Writer, tmp_path: Path) -> None:
    victim = tmp_path / "touched"
    with pytest.raises(pth.CheckpointError, match=r"refused"):
        pth.read(write(Reduced(Path.touch, victim), {}))
    assert not victim.exists()


def test_a_known_module_lends_no_other_name(write: Writer) -> None:
    with pytest.raises(pth.CheckpointError, match=r"collections\.Counter, which is refused"):
        pth.read(write(Reduced(Counter, "abc"), {}))


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (7,), (1,)), (4, (3,), (1,)), (0, (2, 3), (6, 1)), (-1, (2,), (1,)), (5, (2,), (-1,))],
)
def test_a_tensor_must_stay_inside_its_storage(
    offset: int, shape: Sizes, strides: Sizes, torch: types.SimpleNamespace, write: Writer
) -> None:
    state = OrderedDict(bad=tensor(torch, offset, shape, strides))
    with pytest.raises(pth.CheckpointError, match="outside its storage"):
        pth.read(write(state, {"0": DATA}))


def test_a_file_that_ends_early_is_refused(torch: types.SimpleNamespace, write: Writer) -> None:
    path = write(OrderedDict(a=tensor(torch, 0, (6,), (1,))), {"0": DATA})
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(pth.CheckpointError, match="ends inside a tensor"):
        pth.read(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not this format", pickle.dumps([1, 2])])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(pth.CheckpointError, match="not a legacy checkpoint"):
        pth.read(path)


def test_a_wrong_magic_number_is_refused(write: Writer) -> None:
    with pytest.raises(pth.CheckpointError, match="magic"):
        pth.read(write(OrderedDict(), {}, magic=1))
