"""Whose turn a call takes where work waits."""

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.principal import Principal, Priority
from ocelli.edge.scheduling.flow import Flow
from ocelli.edge.server.interceptors.handlers import Context

PRIORITY_KEY = "ocelli-priority"
"""Metadata of a call that says how it may wait: `interactive`, or `batch`."""

_PRIORITIES = {priority.value: priority for priority in Priority}


def call_flow(principal: Principal, context: Context, *, is_stream: bool) -> Flow:
    """The flow of a call: its principal's or, if it has no name, its connection's or stream's own.

    Raises:
        OcelliError: INVALID_FIELD: it asks for no priority that there is.
    """
    part = object() if is_stream else context.peer()
    return Flow(
        # A connection begins with `ipv4:`, `ipv6:` or `unix:`.
        owner=f"principal:{principal.name}" if principal.name else part,
        part=part,
        weight=principal.weight,
        priority=_priority(principal, context),
    )


def _priority(principal: Principal, context: Context) -> Priority:
    if principal.priority is Priority.BATCH:
        return Priority.BATCH
    for key, value in context.invocation_metadata() or ():
        if key == PRIORITY_KEY:
            asked = _PRIORITIES.get(value) if isinstance(value, str) else None
            if asked is None:
                raise OcelliError(
                    Reason.INVALID_FIELD,
                    f"{PRIORITY_KEY} in the call's metadata is none of {', '.join(_PRIORITIES)}",
                    field=PRIORITY_KEY,
                )
            return asked
    return Priority.INTERACTIVE
