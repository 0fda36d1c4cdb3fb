"""Counts what calls and frames fail for."""

from typing import Literal

from ocelli.edge.errors import OcelliError
from ocelli.edge.observability.definitions import ERRORS, LIMITS, OTHER_LIMIT, REFUSALS


def count_error(of: Literal["call", "frame"], error: OcelliError) -> None:
    """Counts one under its reason and, if it met a limit, under that."""
    ERRORS.labels(of, error.reason.value).inc()
    if error.quota is not None:
        # A limit may be named after a caller, which makes no label.
        REFUSALS.labels(error.quota if error.quota in LIMITS else OTHER_LIMIT).inc()
