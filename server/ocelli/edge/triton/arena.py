"""Tensors in memory that Triton reads too: slots to lease, fill and give back.

One segment holds the slots of one tensor size. Its name is made here, at random, and never comes
from a caller. Triton is told of a segment before its slots are used (Triton's system shared memory
extension); a Triton that was restarted is told again.

Slots only save copies. The processes of Triton's Python backend cannot do without shared memory, so
what they may need is left free.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

import grpc
import numpy as np
from grpc.aio import AioRpcError
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2

from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.faults import GONE
from ocelli.edge.triton.segment import Segment, free_bytes, remove_leftovers

_log = logging.getLogger(__name__)

_REGISTER_TIMEOUT_S = 5.0
_MAX_SLOTS = 256
_SILENT = (*GONE, grpc.StatusCode.DEADLINE_EXCEEDED)


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
        self.slot_bytes = slot_bytes
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
        self._warned = False

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
        pool = self._pools.get(slot.memory.nbytes)
        if pool is not None and pool.segment.name == slot.segment:
            pool.free.append(slot)

    async def ensure(self, sizes_bytes: Collection[int], reserved_bytes: int) -> None:
        """Makes slots of these sizes and tells Triton of them.

        A size gets none if memory is short, or if Triton cannot open the memory, which is so if it
        runs on another host or in another IPC namespace.

        Args:
            sizes_bytes: sizes of tensors.
            reserved_bytes: memory to leave free.
        """
        async with self._registering:
            for known in [self._pools[size] for size in sizes_bytes if size in self._pools]:
                await self._share(known)
            missing = sorted(set(sizes_bytes) - self._pools.keys() - self._refused)
            for position, size_bytes in enumerate(missing):
                room_bytes = (free_bytes() - reserved_bytes) // (len(missing) - position)
                pool = self._make(size_bytes, room_bytes)
                if pool is None:
                    self._refused.add(size_bytes)
                else:
                    await self._share(pool)

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

    def _make(self, size_bytes: int, room_bytes: int) -> _Pool | None:
        """As many slots as may be, or as few as there is room for."""
        wanted = max(1, min(_MAX_SLOTS, self._max_bytes // size_bytes))
        count = min(wanted, max(0, room_bytes) // size_bytes)
        if count < wanted:
            self._warn_once(
                f"shared memory has room for {count} of {wanted} slots for tensors of {size_bytes} "
                "bytes, beside what Triton's own processes may need; other tensors travel in "
                "messages (a larger /dev/shm helps)"
            )
        if count == 0:
            return None
        try:
            pool = self._pools[size_bytes] = _Pool(size_bytes, count)
        except OSError as error:
            self._warn_once(f"no shared memory for tensors of {size_bytes} bytes: {error}")
            return None
        return pool

    async def _share(self, pool: _Pool) -> None:
        """Tells Triton of a pool that it does not know; one that it refuses is let go."""
        if pool.known:
            return
        request = service_pb2.SystemSharedMemoryRegisterRequest(
            name=pool.segment.name, key=f"/{pool.segment.name}", byte_size=pool.size_bytes
        )
        try:
            await self._control.call_any("SystemSharedMemoryRegister", request, _REGISTER_TIMEOUT_S)
        except AioRpcError as error:
            if error.code() in _SILENT:  # for now: it is told at the next poll
                return
            if "already in manager" not in (error.details() or ""):
                _log.info("Triton does not share memory with the edge: %s", error.details())
                pool.segment.unlink()
                del self._pools[pool.slot_bytes]
                self._refused.add(pool.slot_bytes)
                return
        pool.known = True

    def _warn_once(self, message: str) -> None:
        if not self._warned:
            _log.warning("%s", message)
        self._warned = True

    async def _unregister(self, name: str) -> None:
        request = service_pb2.SystemSharedMemoryUnregisterRequest(name=name)
        try:
            await self._control.call_any(
                "SystemSharedMemoryUnregister", request, _REGISTER_TIMEOUT_S
            )
        except AioRpcError as error:
            _log.debug("Triton did not let go of %s: %s", name, error.details())
