"""What load to put on a server."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ocelli.client.results import OverflowPolicy
from ocelli.client.tls import Tls

Service: TypeAlias = Literal["detect", "embed"]
Mode: TypeAlias = Literal["unary", "stream"]
Arrivals: TypeAlias = Literal["steady", "poisson"]

MAX_REQUESTS = 10_000_000
MAX_IMAGES = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What load to put on a server."""

    address: str
    """Where it is."""
    images: tuple[bytes, ...]
    """Image files, sent in turn."""
    tls: Tls | bool = False
    """As for `connect`."""
    api_key: str | None = field(default=None, repr=False)
    """Shown with every call, as `connect`'s token."""
    service: Service = "detect"
    """Which service to call."""
    mode: Mode = "unary"
    """A call for each image, or one stream per connection."""
    model: str = ""
    """Which model to use. Empty: the service's default."""
    rate: float | None = None
    """Requests per second that are due, whatever the server does (open loop). None: every answer
    makes room for the next request (closed loop)."""
    arrivals: Arrivals = "steady"
    """In an open loop: at equal distances, or at random as from many independent callers."""
    in_flight: int = 16
    """Requests under way at once, over all connections: so many in a closed loop, at most so many
    in an open one."""
    connections: int = 1
    """TCP connections."""
    overflow_policy: OverflowPolicy = "block"
    """In streams: whether the server may drop frames for newer ones."""
    duration_s: float = 10.0
    """How long to measure."""
    warm_up_s: float = 1.0
    """How long to load the server before that."""
    timeout_s: float = 10.0
    """Longest a call may take, and a stream to answer what is under way at the end."""
