"""What is fit for work right now, under the names of grpc.health.v1.

"" is the edge itself: it lives as long as it does not drain, whatever Triton does, so probes of
liveness use it. Each service, `ocelli.v1.DetectService` and so on, and each model, `model/<name>`,
is ready only when a call to it can succeed.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ocelli.edge.tasks.task import Task

LIVE = ""
INDEX_SERVICES = (
    "ocelli.v1.CollectionService",
    "ocelli.v1.PointService",
    "ocelli.v1.SearchService",
)
MODELS = "ocelli.v1.ModelService"
MODEL_PREFIX = "model/"


def names_ready(
    *,
    live: bool,
    triton: bool,
    index: bool,
    models: Mapping[str, Task | None],
    services: Mapping[Task, str],
) -> dict[str, bool]:
    """What each name says.

    Args:
        live: the edge takes work.
        triton: Triton answers.
        index: the vector engine answers.
        models: every model's task, or None if it cannot be used.
        services: the service of every task.
    """
    up = live and triton
    served = {task for task in models.values() if task is not None} if up else set()
    return {
        LIVE: live,
        MODELS: up,
        **{f"{MODEL_PREFIX}{name}": up and task is not None for name, task in models.items()},
        **{service: task in served for task, service in services.items()},
        **dict.fromkeys(INDEX_SERVICES, live and index),
    }


class Readiness:
    """The current state, and wake-up calls for those who watch it. One loop only."""

    def __init__(self) -> None:
        self._serving: dict[str, bool] = {}
        self._watchers: set[asyncio.Event] = set()

    def update(self, serving: dict[str, bool]) -> None:
        """Replaces the state: name → ready. Names left out are unknown from now on."""
        if serving != self._serving:
            self._serving = dict(serving)
            for watcher in self._watchers:
                watcher.set()

    def get(self, name: str) -> bool | None:
        """Whether `name` is ready; None if there is no such name."""
        return self._serving.get(name)

    def all(self) -> dict[str, bool]:
        """The whole state."""
        return dict(self._serving)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Event]:
        """An event that is set at every change; whoever waits clears it first."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            yield changed
        finally:
            self._watchers.discard(changed)
