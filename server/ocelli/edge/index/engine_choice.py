"""Which vector engine serves an address."""

from pathlib import Path

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.port import IndexEngine

_KNOWN = "'embedded', a folder (with a '/')"


def open_engine(
    address: str,
    *,
    default_folder: Path,
    tuning: Tuning | None = None,
    log: Path | None = None,
    attach: bool = False,
) -> IndexEngine:
    """The engine at an address; not started yet.

    Args:
        address: "embedded" or "": the embedded engine in `default_folder`; a path: the embedded
            engine in that folder.
        default_folder: where the embedded engine keeps its collections.
        tuning: of the embedded engine.
        log: file for what the embedded engine's process writes; None: the edge's standard error.
        attach: use the embedded engine that another process of this host runs on the folder.

    Raises:
        ValueError: the address names no known engine.
    """
    scheme, separator, _ = address.partition("://")
    if separator:
        raise ValueError(f"{scheme[:80]!r} is not a known vector engine; known: {_KNOWN}")
    if address in ("", "embedded"):
        folder = default_folder
    elif "/" in address or address == ".":
        folder = Path(address).expanduser()
    else:
        raise ValueError(f"{address[:80]!r} is not a known vector engine; known: {_KNOWN}")
    return EmbeddedIndex(folder, tuning=tuning, log=log, attach=attach)
