"""Calls for tests to make."""

from ocelli.edge.call import Call
from ocelli.edge.scheduling.deadline import Deadline


def soon(after_s: float = 30) -> Call:
    return Call("tests/Index", Deadline.after(None, after_s))
