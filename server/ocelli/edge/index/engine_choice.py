"""Which vector engine serves an address."""

from collections.abc import Mapping
from pathlib import Path

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.port import IndexEngine

_KNOWN = "'embedded', a folder (with a '/'), opensearch://host:port[,host:port…]"


def open_engine(
    address: str,
    *,
    default_folder: Path,
    tuning: Tuning | None = None,
    log: Path | None = None,
    attach: bool = False,
    cluster_tuning: OpenSearchTuning | None = None,
    credentials: Mapping[str, str] | None = None,
) -> IndexEngine:
    """The engine at an address; not started yet.

    Args:
        address: "embedded" or "": the embedded engine in `default_folder`; a path: the embedded
            engine in that folder; opensearch://…: a cluster, see `OpenSearchAccess.of`.
        default_folder: where the embedded engine keeps its collections.
        tuning: of the embedded engine.
        log: file for what the embedded engine's process writes; None: the edge's standard error.
        attach: use the embedded engine that another process of this host runs on the folder.
        cluster_tuning: how a cluster keeps collections.
        credentials: what `OpenSearchAccess.of` takes besides the address.

    Raises:
        ValueError: the address names no known engine, or is not made as its engine's are.
    """
    scheme, separator, _ = address.partition("://")
    if separator and scheme in {"opensearch", "opensearchs"}:
        # Its HTTP client would take a sixth of the time that any edge takes to start.
        from ocelli.edge.index.opensearch.access import OpenSearchAccess  # noqa: PLC0415
        from ocelli.edge.index.opensearch.opensearch_index import OpenSearchIndex  # noqa: PLC0415

        access = OpenSearchAccess.of(address, **(credentials or {}))
        return OpenSearchIndex(access, tuning=cluster_tuning)
    if separator:
        raise ValueError(f"{scheme[:80]!r} is not a known vector engine; known: {_KNOWN}")
    if address in ("", "embedded"):
        folder = default_folder
    elif "/" in address or address == ".":
        folder = Path(address).expanduser()
    else:
        raise ValueError(f"{address[:80]!r} is not a known vector engine; known: {_KNOWN}")
    return EmbeddedIndex(folder, tuning=tuning, log=log, attach=attach)
