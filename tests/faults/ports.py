"""Ports that stay free while what listens there is replaced."""

import random
import socket

_FIRST, _LAST = 20_000, 29_999
"""Below what Linux takes for outgoing connections, which would find such a port free meanwhile."""


def fixed_ports(count: int) -> list[int]:
    """So many ports of the loopback interface at which nobody listens."""
    found: list[int] = []
    # Where it begins is chance, so that others who do the same do not meet.
    start = random.randint(_FIRST, _LAST)  # noqa: S311
    for offset in range(_LAST - _FIRST + 1):
        port = _FIRST + (start - _FIRST + offset) % (_LAST - _FIRST + 1)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"there are no {count} ports that are free")
