"""How calls wait where not everything can be served at once."""

from typing import Literal, TypeAlias, get_args

from ocelli.client.errors import invalid_request

Priority: TypeAlias = Literal["interactive", "batch"]
"""Batch calls get what interactive ones leave, and wait for it instead of being refused."""

_KEY = "ocelli-priority"


def priority_metadata(priority: Priority) -> tuple[tuple[str, str], ...]:
    """What calls of a priority carry.

    Raises:
        InvalidRequest: there is no such priority.
    """
    if priority not in get_args(Priority):
        raise invalid_request(
            f"priority is {priority!r}; expected interactive or batch", field="priority"
        )
    return () if priority == "interactive" else ((_KEY, priority),)
