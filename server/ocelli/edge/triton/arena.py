"""Tensors in memory that Triton reads too: slots to lease, fill and give back.

One segment holds the slots of one tensor size. Its name is made here, at random, and never comes
from a caller. Triton is told of a segment before its slots are used (Triton's system shared memory
extension); a Triton that was restarted is told again.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from grpc.aio import AioRpcError
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2

from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.segment import Segment, remove_leftovers

_log = logging.getLogger(__name__)

_REGISTER_TIMEOUT_S = 5.0
_MAX_SLOTS = 256


@dataclass(eq=False, slots=True)
class Slot:
    """Room for one tensor.

    Attributes:
        segment: name under which Triton knows the memory.
        offset: where the slot begins in it, in bytes.
        memory: uint8 [size], writable.
        headers: serialised requests that name this slot, by model.
    """

    segment: str
    offset: int
    memory: NDArray[np.uint8]
    headers: dict[bytes, bytes] = field(default_factory=dict)


class _Pool:
    def __init__(self, slot_bytes: int, count: int) -> None:
        self.segment = Segment(slot_bytes * count)
        memory = np.frombuffer(self.segment.memory, np.uint8)
        self.free = deque(
            Slot(self.segment.name, start, memory[start : start + slot_bytes])
            for start in range(0, slot_bytes * count, slot_bytes)
        )
        self.size_bytes = slot_bytes * count
        self.count = count
        self.known = False


class Arena:
    """Leases slots of shared memory.

    `lease` and `release` may be called from any thread, the rest from the event loop.

    Args:
        control: for telling the one Triton that shares its memory.
        max_bytes: most memory for the slots of one tensor size.
    """

    def __init__(self, control: TritonControl, max_bytes: int) -> None:
        self._control = control
        self._max_bytes = max_bytes
        self._pools: dict[int, _Pool] = {}
        self._refused: set[int] = set()
        self._registering = asyncio.Lock()

    @property
    def slots(self) -> int:
        """Slots there are."""
        return sum(pool.count for pool in self._pools.values())

    @property
    def leased(self) -> int:
        """Slots that are out."""
        return self.slots - sum(len(pool.free) for pool in self._pools.values())

    @property
    def refused(self) -> bool:
        """Whether slots of some size could not be had."""
        return bool(self._refused)

    def lease(self, size_bytes: int) -> Slot | None:
        """A slot of this size, or None if none is free or Triton does not know them."""
        pool = self._pools.get(size_bytes)
        if pool is None or not pool.known:
            return None
        try:
            return pool.free.pop()  # the last one used is warm in the caches
        except IndexError:
            return None

    def release(self, slot: Slot) -> None:
        """Makes a slot free again. A late reader of it can only spoil an answer nobody awaits."""
        self._pools[slot.memory.nbytes].free.append(slot)

    async def ensure(self, size_bytes: int) -> bool:
        """Makes slots of a size and tells Triton of them.

        Returns:
            Whether there are any: False if memory is short or Triton cannot open it, which is so if
            it runs on another host or in another IPC namespace.
        """
        async with self._registering:
            if size_bytes in self._refused:
                return False
            pool = self._pools.get(size_bytes) or self._make(size_bytes)
            if pool is not None and not pool.known:
                pool.known = await self._register(pool)
            if pool is None or not pool.known:
                self._refused.add(size_bytes)
                return False
            return True

    def forget(self) -> None:
        """Triton was restarted and knows no segment any more."""
        self._refused.clear()
        for pool in self._pools.values():
            pool.known = False

    async def close(self) -> None:
        """Has Triton let go of the segments and takes their names away. No slot may be in use."""
        for pool in self._pools.values():
            await self._unregister(pool.segment.name)
            pool.segment.unlink()
        self._pools.clear()

    async def remove_leftovers(self) -> None:
        """Cleans up after processes that were killed, here and in a Triton that outlived them."""
        for name in await asyncio.to_thread(remove_leftovers):
            await self._unregister(name)

    def _make(self, size_bytes: int) -> _Pool | None:
        """As many slots as may be, or as few as memory has room for."""
        count = max(1, min(_MAX_SLOTS, self._max_bytes // size_bytes))
        while count:
            try:
                pool = _Pool(size_bytes, count)
            except OSError as error:
                _log.warning("no shared memory for %d × %d bytes: %s", count, size_bytes, error)
                count //= 2
            else:
                self._pools[size_bytes] = pool
                return pool
        return None

    async def _register(self, pool: _Pool) -> bool:
        request = service_pb2.SystemSharedMemoryRegisterRequest(
            name=pool.segment.name, key=f"/{pool.segment.name}", byte_size=pool.size_bytes
        )
        try:
            await self._control.call_any("SystemSharedMemoryRegister", request, _REGISTER_TIMEOUT_S)
        except AioRpcError as error:
            _log.info("Triton does not share memory with the edge: %s", error.details())
            return "already in manager" in (error.details() or "")
        return True

    async def _unregister(self, name: str) -> None:
        request = service_pb2.SystemSharedMemoryUnregisterRequest(name=name)
        try:
            await self._control.call_any(
                "SystemSharedMemoryUnregister", request, _REGISTER_TIMEOUT_S
            )
        except AioRpcError as error:
            _log.debug("Triton did not let go of %s: %s", name, error.details())
