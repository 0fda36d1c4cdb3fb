"""The quota of a principal with limits, counted in the table that the workers share."""

import asyncio
from math import ceil

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.principal import Limits, Principal
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota
from ocelli.edge.scheduling.quota.refusal import refusal
from ocelli.edge.scheduling.quota.usage_table import (
    BYTES,
    CALLS,
    CREATIONS,
    IMAGES,
    STREAMS,
    TableFullError,
    UsageTable,
    key_of,
)

_MAX_KNOWN = 4096
_UNCOUNTED_DELAY_S = 1.0
_NO_LIMITS = Limits()


class LimitedQuota(Quota):
    """One principal's.

    Args:
        table: where the use of all principals is counted.
        principal: whose.
    """

    def __init__(self, table: UsageTable, principal: Principal) -> None:
        self._table = table
        self._key = key_of(principal.name)
        self._name = principal.name
        self.limits = principal.limits

    def take_call(self) -> None:
        """See `Quota`."""
        self._take(CALLS, "calls_per_s", "calls", self.limits.calls_per_s)

    def take_image(self) -> None:
        """See `Quota`."""
        self._take(IMAGES, "images_per_s", "images", self.limits.images_per_s)

    def frame_delay_s(self) -> float:
        """See `Quota`."""
        return self._frame_delay_s(on_credit=False)

    async def wait_for_frame(self) -> None:
        """See `Quota`."""
        if delay_s := self._frame_delay_s(on_credit=True):
            await asyncio.sleep(delay_s)

    def open_stream(self) -> None:
        """See `Quota`."""
        limit = self.limits.max_open_streams
        if limit is None or self._hold(STREAMS, 1, limit):
            return
        raise self._refused(
            Reason.QUOTA_EXCEEDED,
            "max_open_streams",
            f"has {limit} streams open; close one before opening another",
        )

    def close_stream(self) -> None:
        """See `Quota`."""
        if self.limits.max_open_streams is not None:
            self._table.release(self._key, STREAMS, 1)

    def hold_bytes(self, size_bytes: int) -> None:
        """See `Quota`."""
        if not self.try_hold_bytes(size_bytes):
            raise self._refused(
                Reason.RATE_LIMITED,
                "max_inflight_bytes",
                f"may have {self.limits.max_inflight_bytes} bytes in flight, and {size_bytes} more "
                "are too many; retry after the delay, with fewer requests at once",
            )

    def try_hold_bytes(self, size_bytes: int) -> bool:
        """See `Quota`."""
        limit = self.limits.max_inflight_bytes
        if limit is None or self._hold(BYTES, size_bytes, limit):
            return True
        if size_bytes > limit:
            raise self._refused(
                Reason.QUOTA_EXCEEDED,
                "max_inflight_bytes",
                f"may have {limit} bytes in flight, and this message has {size_bytes}; send less",
            )
        return False

    def release_bytes(self, size_bytes: int) -> None:
        """See `Quota`."""
        if self.limits.max_inflight_bytes is not None:
            self._table.release(self._key, BYTES, size_bytes)

    def begin_creation(self) -> bool:
        """See `Quota`."""
        return self._hold(CREATIONS, 1, 1)

    def end_creation(self) -> None:
        """See `Quota`."""
        self._table.release(self._key, CREATIONS, 1)

    def add_points(self, count: int, limit: int) -> bool:
        """See `Quota`."""
        try:
            return self._table.add_points(self._key, count, limit)
        except TableFullError:
            return False

    def set_points(self, count: int) -> None:
        """See `Quota`."""
        try:
            self._table.set_points(self._key, count)
        except TableFullError:
            raise _table_full() from None

    def _take(self, bucket: int, limit: str, what: str, rate: float | None) -> None:
        if rate is None:
            return
        try:
            wait_s = self._table.take(self._key, bucket, rate)
        except TableFullError:
            raise _table_full() from None
        if not wait_s:
            return
        raise self._refused(
            Reason.RATE_LIMITED,
            limit,
            f"may send {rate:g} {what} a second and has sent them; retry after the delay",
            retry_after_s=ceil(1e3 * wait_s) / 1e3,
        )

    def _frame_delay_s(self, *, on_credit: bool) -> float:
        rate = self.limits.images_per_s
        if rate is None:
            return 0.0
        try:
            return self._table.take(self._key, IMAGES, rate, on_credit=on_credit)
        except TableFullError:
            return _UNCOUNTED_DELAY_S

    def _hold(self, kind: int, amount: int, limit: int) -> bool:
        try:
            return self._table.hold(self._key, kind, amount, limit)
        except TableFullError:
            raise _table_full() from None

    def _refused(
        self, reason: Reason, limit: str, what: str, retry_after_s: float | None = None
    ) -> OcelliError:
        return refusal(reason, self._name, limit, what, retry_after_s)


class Quotas:
    """The quota of every principal.

    Args:
        table: where their use is counted.
    """

    def __init__(self, table: UsageTable) -> None:
        self._table = table
        self._of: dict[str, LimitedQuota] = {}

    def of(self, principal: Principal) -> Quota:
        """That of one principal."""
        limits = principal.limits
        if limits is _NO_LIMITS or limits == _NO_LIMITS:
            return UNLIMITED
        known = self._of.get(principal.name)
        if known is not None and (known.limits is limits or known.limits == limits):
            return known
        if len(self._of) >= _MAX_KNOWN:
            self._of.clear()
        made = self._of[principal.name] = LimitedQuota(self._table, principal)
        return made


def _table_full() -> OcelliError:
    return OcelliError(
        Reason.OVERLOADED,
        "more principals with limits call at once than the server can count; retry after the delay",
        quota="principals",
    )
