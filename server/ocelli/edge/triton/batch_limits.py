"""How many requests for a model may be in Triton at once, where its shared memory is short.

Triton's Python backend copies every request of a batch into shared memory, and the answers, too. If
a batch finds no room there all its requests fail, while a smaller one would pass.
"""

import asyncio
import logging

_log = logging.getLogger(__name__)


class BatchLimit(asyncio.Semaphore):
    """At most `count` requests for one model at once."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class BatchLimits:
    """The limits by model; none as long as memory suffices."""

    def __init__(self) -> None:
        self._limits: dict[str, BatchLimit] = {}

    def of(self, model: str) -> BatchLimit | None:
        """The limit for a model; None if there is none."""
        return self._limits.get(model)

    def lower(self, model: str, failed: BatchLimit | None, max_batch: int) -> BatchLimit | None:
        """Half the limit, as a request found no memory.

        Args:
            model: what was asked.
            failed: the limit under which it was sent.
            max_batch: the model's largest batch.

        Returns:
            The limit for another attempt; None if one request by itself found none.
        """
        present = self._limits.get(model)
        if present is not failed:  # others of its batch have lowered it
            return present
        count = (failed.count if failed else max_batch) // 2
        if count == 0:
            return None
        if failed is None:
            _log.warning(
                "Triton has too little shared memory for its batches of model %r; from now on "
                "fewer requests for it are sent at once (a larger /dev/shm helps)",
                model,
            )
        self._limits[model] = limit = BatchLimit(count)
        return limit

    def clear(self) -> None:
        """Triton was restarted, and its memory may be of another size."""
        self._limits.clear()
