"""How many HTTP/2 streams one connection may have at once."""

_SPARE = 8
_LEAST = 64


def stream_options(max_calls_of_connection: int) -> list[tuple[str, int]]:
    """Channel arguments.

    Without a limit a client may begin and reset calls as fast as it sends (CVE-2023-44487): each is
    an event for the loop long after it is gone, and a second of that holds up the others for ten.
    Under a limit core counts what is reset for as long as anything is left of it, and refuses more,
    without a reason. So the limit is well above the calls that are served: honest clients that send
    many at once find the limit of calls before, which gives one.

    Args:
        max_calls_of_connection: that are served.
    """
    return [("grpc.max_concurrent_streams", max(_LEAST, _SPARE * max_calls_of_connection))]
