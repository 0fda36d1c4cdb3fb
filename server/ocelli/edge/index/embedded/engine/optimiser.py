"""Builds the graphs of shards, one shard at a time, while they are searched and written to.

The engine builds in one call that nothing can interrupt. So a shard is copied, which holds its
writes up for as long, the copy is optimised in another process, what was written meanwhile is done
to it as well, and then it takes the shard's place.
"""

import asyncio
import contextlib
import logging
import math
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ocelli.edge.errors import OcelliError
from ocelli.edge.index.embedded.engine import document, shards
from ocelli.edge.index.embedded.engine.catalogue import Catalogue
from ocelli.edge.index.embedded.engine.copy_shard import copy_shard
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.embedded.engine.tuning import Tuning

_log = logging.getLogger(__name__)

_POINTS_PER_STEP = 128
_FIRST_PACE_KIB_S, _MIN_PACE_KIB_S = 2000.0, 200.0
"""What is built a second, until it is known: 1 000 points of 512 values on two cores."""
_PAUSE_S = 30.0
"""After a failure, a full disk for one, before the next try."""
_QUIET_S = 0.5
"""Writes have paused if there was none for so long."""
_FIRST_GIVEN_UP_S, _MAX_GIVEN_UP_S = 60.0, 3600.0
"""After a merge was given up, before the next: twice as long after each."""


class _Build:
    """A copy on its way.

    Attributes:
        name: of the collection.
        store: whose shard was copied.
        folder: of the copy.
        began_s: when, by `time.monotonic`.
        backlog_kib: vectors that were not under a graph then.
        merging: whether it is about fewer graphs, and can wait for what has to be built.
        copied: whether the shard may be written to again.
        work: copies and optimises.
        optimised: the copy, open, once it is optimised.
    """

    def __init__(self, name: str, store: Store, folder: Path, *, merging: bool) -> None:
        self.name = name
        self.merging = merging
        self.store = store
        self.folder = folder
        self.began_s = time.monotonic()
        self.backlog_kib = store.backlog_kib
        self.copied = False
        self.work: asyncio.Task[None] | None = None
        self.optimised: shards.Shard | None = None


class Optimiser:
    """Keeps the shards of a catalogue optimised. For the engine's loop alone.

    Args:
        catalogue: whose shards.
        tuning: when and how.
        wake: is called when there is something to do for `step`.
    """

    def __init__(self, catalogue: Catalogue, tuning: Tuning, wake: Callable[[], None]) -> None:
        self._catalogue = catalogue
        self._tuning = tuning
        self._wake = wake
        self._build: _Build | None = None
        self._not_before_s = 0.0
        self._merge_not_before_s = 0.0
        self._given_up_s = _FIRST_GIVEN_UP_S
        self._paced_until_s = 0.0
        self._pace_kib_s = _FIRST_PACE_KIB_S

    def holds_up(self, name: str) -> bool:
        """Whether writes to a collection have to wait: it is copied, or one is too far ahead."""
        build = self._build
        if build is None:
            return False
        return (build.name == name and not build.copied) or time.monotonic() < self._paced_until_s

    def wrote(self, name: str, points: int) -> None:
        """Has the next writes wait if a collection is so far ahead that we have to keep up."""
        store = self._catalogue.peek(name)
        if self._build is None or store is None:
            return
        if store.backlog_kib >= self._tuning.max_unoptimised_kib:
            took_s = points * store.point_kib / self._pace_kib_s
            self._paced_until_s = max(self._paced_until_s, time.monotonic()) + took_s

    def step(self) -> bool:
        """Goes on with what is under way, or begins; returns whether there is more to do now."""
        build = self._build
        if build is None:
            return self._begin()
        if self._catalogue.peek(build.name) is not build.store or not build.store.recording:
            self._give_up(build)
            return True
        if build.merging and self._due(self._build_at_s):
            self._merge_not_before_s = time.monotonic() + self._given_up_s
            self._given_up_s = min(2 * self._given_up_s, _MAX_GIVEN_UP_S)
            self._give_up(build)
            return True
        if build.work is None or not build.work.done():
            return False
        try:
            return self._catch_up(build)
        except (OcelliError, OSError) as error:
            _log.error("collection %r was not optimised: %s", build.name, error)
            self._not_before_s = time.monotonic() + _PAUSE_S
            self._give_up(build)
            return True

    async def stop(self) -> None:
        """Gives up what is under way; returns when nothing of it is left."""
        build = self._build
        if build is not None:
            self._give_up(build)
            if build.work is not None:
                await asyncio.gather(build.work, return_exceptions=True)

    def due_in_s(self) -> float | None:
        """How long until `step` may have something to begin if nothing is written; None: never."""
        if self._build is not None:
            return None
        times_s = [
            at_s(store)
            for _, store in self._catalogue.stores()
            for at_s in (self._build_at_s, self._merge_at_s)
        ]
        first_s = max(self._not_before_s, min(times_s, default=math.inf))
        return None if math.isinf(first_s) else max(0.0, first_s - time.monotonic())

    def _begin(self) -> bool:
        if time.monotonic() < self._not_before_s:
            return False
        builds = self._due(self._build_at_s)
        due = builds or self._due(self._merge_at_s)
        if not due:
            return False
        name, store = max(due, key=lambda each: (each[1].backlog_kib, each[1].segments))
        shard = self._catalogue.shard_folder(name)
        for leftover in self._catalogue.leftovers(name):  # its process outlived the engine before
            _discard(leftover)
        folder = shard.with_name(f"shard-{uuid.uuid4().hex[:8]}")
        build = _Build(name, store, folder, merging=not builds)
        try:
            store.record()
        except OcelliError as error:
            _log.error("%s", error.message)
            self._catalogue.close_store(name)
            return False
        self._build = build
        build.work = asyncio.create_task(self._run(build, shard))
        build.work.add_done_callback(lambda _: self._wake())
        return False

    def _due(self, at_s: Callable[[Store], float]) -> list[tuple[str, Store]]:
        now_s = time.monotonic()
        return [(name, store) for name, store in self._catalogue.stores() if at_s(store) <= now_s]

    def _build_at_s(self, store: Store) -> float:
        """When a graph is to be built if nothing is written until then."""
        if store.described.pending or store.backlog_kib < self._tuning.optimise_every_kib:
            return math.inf
        if store.backlog_kib >= self._tuning.max_unoptimised_kib / 2:
            return 0.0
        return store.wrote_s + _QUIET_S

    def _merge_at_s(self, store: Store) -> float:
        """When graphs are to be merged if nothing is written until then."""
        few = store.segments <= self._tuning.max_idle_segments
        if few or store.described.pending or store.segments == store.merged_to:
            return math.inf
        return max(self._merge_not_before_s, store.wrote_s + self._tuning.merge_after_s)

    async def _run(self, build: _Build, shard: Path) -> None:
        """Copies and optimises; removes the copy if it is cut short or fails."""
        try:
            await asyncio.to_thread(copy_shard, shard, build.folder)
            build.copied = True
            self._wake()
            await self._optimise(build)
        except BaseException:
            build.copied = True
            await asyncio.to_thread(shutil.rmtree, build.folder, ignore_errors=True)
            raise

    async def _optimise(self, build: _Build) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ocelli.edge.index.embedded.engine.optimise_copy"),
            str(build.folder),
            *(self._tuning.merging() if build.merging else self._tuning).graph_flags(),
            stdin=asyncio.subprocess.PIPE,
        )
        try:
            if process.stdin is not None:
                process.stdin.write(document.encode(build.store.described) + b"\n")
            status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status != 0:
            raise OSError(f"the process that optimises ended with status {status}")

    def _catch_up(self, build: _Build) -> bool:
        """Does the next of what was written meanwhile to the copy, too; swaps it in at the end."""
        if build.work is not None:
            build.work.result()
        if build.optimised is None:
            build.optimised = shards.load(build.folder, build.store.described, self._tuning)
            return True
        if build.store.replay(build.optimised, _POINTS_PER_STEP):
            return True
        with shards.failing(build.name, "be flushed"):
            build.optimised.flush()
        self._build = None
        took_s = time.monotonic() - build.began_s
        self._catalogue.swap(build.name, build.folder, build.optimised)
        if build.merging:
            build.store.merged_to = build.store.segments
            self._given_up_s = _FIRST_GIVEN_UP_S
        else:
            self._pace_kib_s = max(_MIN_PACE_KIB_S, build.backlog_kib / took_s)
        for leftover in self._catalogue.leftovers(build.name):  # the shard before, for one
            _discard(leftover)
        return True

    def _give_up(self, build: _Build) -> None:
        self._build = None
        build.store.stop_recording()
        if build.optimised is not None:
            with contextlib.suppress(OcelliError), shards.failing(build.name, "be closed"):
                build.optimised.close()
        if build.work is None or not build.work.cancel():
            _discard(build.folder)


def _discard(folder: Path) -> None:
    """Removes a folder, which may take a while, without anybody waiting for it."""
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    asyncio.get_running_loop().run_in_executor(None, remove)
