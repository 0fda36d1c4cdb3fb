"""How long a stream that was interrupted is opened again."""

import time

from ocelli.client.errors import DeadlineExceeded, OcelliError, TransientError
from ocelli.client.timeout import Deadline

_FIRST_DELAY_S = 0.1
_LAST_DELAY_S = 1.0


class Patience:
    """Tells when to open the next stream, after growing delays, or not at all.

    Args:
        resume_s: how long the streams may go without an answer, in seconds.
        deadline: of all of them.
    """

    def __init__(self, resume_s: float, deadline: Deadline) -> None:
        self._resume_s = resume_s
        self._deadline = deadline
        self.answered()

    def answered(self) -> None:
        """Takes note that the server is there."""
        self._missing_since_s: float | None = None
        self._delay_s = _FIRST_DELAY_S

    def wait_s(self, error: OcelliError) -> float | None:
        """Seconds to wait after a stream ended, no fewer than the server asks for.

        None: another stream would not help, or would come too late.
        """
        if not isinstance(error, TransientError) or isinstance(error, DeadlineExceeded):
            return None
        now_s = time.monotonic()
        if self._missing_since_s is None:
            self._missing_since_s = now_s
        wait_s = max(self._delay_s, error.retry_after_s or 0.0)
        self._delay_s = min(2 * self._delay_s, _LAST_DELAY_S)
        left_s = self._deadline.left_s
        if now_s + wait_s > self._missing_since_s + self._resume_s:
            return None
        return None if left_s is not None and wait_s >= left_s else wait_s
