"""Somebody who calls while others attack, and what that costs them."""

import threading
import time
from types import TracebackType
from typing import Self

import numpy as np

from ocelli.client import Client, OcelliError, connect

_PERIOD_S = 0.05
_TIMEOUT_S = 30.0


class Neighbour:
    """Calls every 50 ms, on a connection of its own, from the beginning to the end of a `with`.

    Args:
        address: of the edge.
        token: shown with each call.

    Attributes:
        seconds: that each call took.
        failures: what those met that were not answered.
    """

    def __init__(self, address: str, token: str | None = None) -> None:
        self._client: Client = connect(address, timeout_s=_TIMEOUT_S, token=token)
        self._stop = threading.Event()
        self._caller = threading.Thread(target=self._call, daemon=True)
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._client.models.list()
        self._caller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._caller.join(_TIMEOUT_S)
        self._client.close()

    def wait_for(self, calls: int, timeout_s: float = 20) -> None:
        """Waits until it has made so many more calls."""
        enough, until_s = len(self.seconds) + calls, time.monotonic() + timeout_s
        while len(self.seconds) < enough and time.monotonic() < until_s:
            time.sleep(_PERIOD_S)

    def percentile_s(self, percent: float) -> float:
        """Of the calls so far."""
        return float(np.percentile(self.seconds, percent))

    def _call(self) -> None:
        while not self._stop.wait(_PERIOD_S):
            began_s = time.perf_counter()
            try:
                self._client.models.list()
            except OcelliError as error:
                self.failures.append(str(error))
            self.seconds.append(time.perf_counter() - began_s)
