"""What one principal may use, asked at the places where it is used."""


class Quota:
    """That of a principal without limits: everything passes. `LimitedQuota` is the other one."""

    def take_call(self) -> None:
        """Counts a call.

        Raises:
            OcelliError: RATE_LIMITED.
        """

    def take_image(self) -> None:
        """Counts an image of a call.

        Raises:
            OcelliError: RATE_LIMITED.
        """

    def frame_delay_s(self) -> float:
        """Counts a frame of a stream if it is its turn; if not, the seconds until it may be."""
        return 0.0

    async def wait_for_frame(self) -> None:
        """Counts a frame of a stream, and returns when it is its turn."""

    def open_stream(self) -> None:
        """Counts a stream, until `close_stream`.

        Raises:
            OcelliError: QUOTA_EXCEEDED.
        """

    def close_stream(self) -> None:
        """Ends what `open_stream` began."""

    def hold_bytes(self, size_bytes: int) -> None:
        """Counts bytes in flight, until `release_bytes`.

        Raises:
            OcelliError: RATE_LIMITED, or QUOTA_EXCEEDED: they are too many by themselves.
        """

    def try_hold_bytes(self, size_bytes: int) -> bool:  # noqa: ARG002  # without limits
        """Like `hold_bytes`; False while other bytes are in the way.

        Raises:
            OcelliError: QUOTA_EXCEEDED: they are too many by themselves.
        """
        return True

    def begin_creation(self) -> bool:
        """Whether a collection may be created now, until `end_creation`; False while another is."""
        return True

    def end_creation(self) -> None:
        """Ends what `begin_creation` began."""

    def add_points(self, count: int, limit: int) -> bool:  # noqa: ARG002  # without limits
        """Adds to the points that the principal is known to have.

        Returns:
            False, and nothing is added, if that would be more than the limit, or if nothing is
            known of them.
        """
        return True

    def set_points(self, count: int) -> None:
        """Notes how many points the principal has."""

    def release_bytes(self, size_bytes: int) -> None:
        """Ends what `hold_bytes` began."""


UNLIMITED = Quota()
