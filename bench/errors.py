"""What can go wrong in a benchmark."""


class BenchError(Exception):
    """The benchmark cannot go on; the message says why."""


class UnansweredError(BenchError):
    """An answer carries no result."""
