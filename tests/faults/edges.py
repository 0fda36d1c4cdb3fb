"""Edges of one's own, with a detector that costs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import trivial_model
from ocelli.client import OcelliError
from tests.conftest import RunningEdge, launch

MODEL = trivial_model.NAME
_LOG_CHARS = 2000


@contextmanager
def running_edge(
    ocelli_home: Path, models_dir: Path, home: Path, *flags: str
) -> Iterator[RunningEdge]:
    """Starts an edge, waits until it is ready, and ends it.

    Args:
        ocelli_home: holds what is installed.
        models_dir: the installed models.
        home: the edge's own, which may be one that another edge has left.
        flags: of `ocelli serve`.
    """
    (home / "models").mkdir(parents=True, exist_ok=True)
    if not (home / "models" / MODEL).exists():
        trivial_model.write(home / "models")
    edge = launch(ocelli_home, models_dir, home, "--metrics-address", "127.0.0.1:0", *flags)
    try:
        try:
            edge.wait_ready()
        except OcelliError as error:
            error.add_note(f"its log ends with:\n{edge.log.read_text()[-_LOG_CHARS:]}")
            raise
        edge.family()
        yield edge
    finally:
        edge.stop()
