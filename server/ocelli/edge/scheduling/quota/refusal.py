"""What a caller gets who is at a limit."""

from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.observability.definitions import QUOTA_REFUSALS


def refusal(
    reason: Reason, principal: str, limit: str, what: str, retry_after_s: float | None = None
) -> OcelliError:
    """The error, which is counted.

    Args:
        reason: RATE_LIMITED or QUOTA_EXCEEDED.
        principal: its name.
        limit: a field of `Limits`.
        what: continues the principal's name in the message.
        retry_after_s: how long to wait, where it is known.
    """
    QUOTA_REFUSALS.labels(limit).inc()
    message = f"{quote(principal)} {what}"
    return OcelliError(reason, message, quota=limit, retry_after_s=retry_after_s)
