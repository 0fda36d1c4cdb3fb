"""What is fit for work right now, under the names of grpc.health.v1.

"" is the edge itself: it lives as long as it does not drain, whatever Triton does, so probes of
liveness use it. Each service, `ocelli.v1.DetectService` and so on, and each model, `model/<name>`,
is ready only when a call to it can succeed.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

LIVE = ""
DETECT = "ocelli.v1.DetectService"
EMBED = "ocelli.v1.EmbedService"
SEARCH = "ocelli.v1.SearchService"
MODELS = "ocelli.v1.ModelService"
MODEL_PREFIX = "model/"


def names_ready(
    *, live: bool, triton: bool, index: bool, models: dict[str, str | None]
) -> dict[str, bool]:
    """What each name says.

    Args:
        live: the edge takes work.
        triton: Triton answers.
        index: the vector engine answers.
        models: every model's task, or None if it cannot be used.
    """
    tasks = set(models.values()) if live and triton else set()
    serving = {f"{MODEL_PREFIX}{name}": task in tasks - {None} for name, task in models.items()}
    return serving | {
        LIVE: live,
        DETECT: "detect" in tasks,
        EMBED: "embed" in tasks,
        SEARCH: live and index,
        MODELS: live and triton,
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
