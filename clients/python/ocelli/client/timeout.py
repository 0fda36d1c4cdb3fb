"""How long a call may take."""

import time
from numbers import Real

from ocelli.client.errors import invalid_request

MAX_TIMEOUT_S = 86_400.0
"""The longest that a call may take: a day."""


def checked_timeout_s(timeout_s: float, *, field: str = "timeout_s") -> float:
    """Refuses what is no time to wait.

    Args:
        timeout_s: what the caller gave, in seconds.
        field: its name there.

    Raises:
        InvalidRequest: it is no finite number, not more than 0, or more than a day.
    """
    is_number = isinstance(timeout_s, Real) and not isinstance(timeout_s, bool)
    if not is_number or not 0 < timeout_s <= MAX_TIMEOUT_S:  # nor is a NaN
        raise invalid_request(
            f"{field} is {timeout_s!r}; expected seconds, more than 0 and at most "
            f"{MAX_TIMEOUT_S:,.0f}",
            field=field,
        )
    return float(timeout_s)


class Deadline:
    """When a call must have ended."""

    def __init__(self, timeout_s: float | None) -> None:
        self._end_s = None if timeout_s is None else time.monotonic() + timeout_s

    @property
    def left_s(self) -> float | None:
        """Seconds until then, 0 once it has passed; None: there is no bound."""
        return None if self._end_s is None else max(0.0, self._end_s - time.monotonic())

    @property
    def has_passed(self) -> bool:
        """It is later than that."""
        return self.left_s == 0
