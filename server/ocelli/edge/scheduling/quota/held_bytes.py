"""The bytes that a call holds of its principal's quota."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from ocelli.edge.scheduling.quota.quota import Quota

_POLL_S = 0.01
"""What another worker releases tells nobody."""


class HeldBytes:
    """Holds bytes for the body of a `with`, message by message, and releases the oldest first."""

    __slots__ = ("_quota", "_sizes")

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._sizes: deque[int] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        while self._sizes:
            self.release_oldest()

    def add(self, size_bytes: int) -> None:
        """Holds the bytes of a message.

        Raises:
            OcelliError: RATE_LIMITED, or QUOTA_EXCEEDED: there never is room for them.
        """
        self._quota.hold_bytes(size_bytes)
        self._sizes.append(size_bytes)

    async def wait_to_add(self, size_bytes: int) -> None:
        """Holds the bytes of a message as soon as there is room for them.

        Raises:
            OcelliError: QUOTA_EXCEEDED: there never is.
        """
        while not self._quota.try_hold_bytes(size_bytes):  # noqa: ASYNC110  # of other processes
            await asyncio.sleep(_POLL_S)
        self._sizes.append(size_bytes)

    def release_oldest(self) -> None:
        """Releases the bytes of the message that was added first."""
        self._quota.release_bytes(self._sizes.popleft())
