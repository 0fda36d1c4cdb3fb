"""The SDK's errors as the cases describe them."""

from typing import Any

from conformance.matching import difference
from ocelli.client import OcelliError, TransientError


def error_difference(expected: dict[str, Any], error: OcelliError) -> str:
    """Says in one line how an error differs from what is expected; empty if it matches."""
    found = {
        "code": error.code.name,
        "reason": error.reason,
        "fields": [violation.field for violation in error.field_violations],
        "resource": error.resource,
        "retry": error.retry_after_s is not None and isinstance(error, TransientError),
        "quota": error.quota,
        "hint": bool(error.hint),
    }
    differs = difference(expected, found, "error")
    return f"{differs}; it was: {error!r}" if differs else ""
