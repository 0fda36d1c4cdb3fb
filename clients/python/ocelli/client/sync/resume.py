"""A stream that goes on, by another call, where one was interrupted."""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TypeAlias, TypeVar

from ocelli.client.errors import OcelliError
from ocelli.client.patience import Patience
from ocelli.client.sync.backlog import Backlog
from ocelli.client.timeout import Deadline

Item = TypeVar("Item")
T = TypeVar("T")

Open: TypeAlias = Callable[[Iterable[Item], int, float | None], Generator[T, None, None]]
"""Opens a stream of items, of which the first has the position given, for so many seconds."""


def resumed(
    open_: Open[Item, T], items: Iterable[Item], *, timeout_s: float | None, resume_s: float
) -> Generator[T, None, None]:
    """Sends what was not answered again, by another stream. Each item is answered once, in order.

    Args:
        open_: opens one stream.
        items: what to send.
        timeout_s: seconds that all streams may take; None: no bound.
        resume_s: seconds that they may go without an answer once one was interrupted.

    Raises:
        OcelliError: what the last stream ended with, if another one would not help or comes late.
    """
    backlog = Backlog(items)
    deadline = Deadline(timeout_s)
    patience = Patience(resume_s, deadline)
    try:
        while True:
            try:
                with closing(open_(backlog.items(), backlog.position, deadline.left_s)) as stream:
                    for answer in stream:
                        backlog.answered()
                        patience.answered()
                        yield answer
            except OcelliError as error:
                wait_s = None if error is backlog.failure else patience.wait_s(error)
                if wait_s is None:
                    raise
            else:
                return
            time.sleep(wait_s)
    finally:
        backlog.close()
