"""Optimises a shard that nobody else has open, in a process of its own, until its parent ends.

The engine's optimiser cannot be interrupted and holds whatever process it runs in for minutes. The
parent sends the collection's description on standard input and keeps that open: its end is ours.
"""

import argparse
import os
import sys
from pathlib import Path
from threading import Thread

from ocelli.edge.index.embedded.engine import document, durable, shards
from ocelli.edge.index.embedded.engine.tuning import Tuning

_NICE = 10


def main() -> None:
    """Command line: `FOLDER`, and `Tuning.graph_flags`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--optimise-every-kib", type=int, required=True)
    parser.add_argument("--max-segments", type=int, required=True)
    parser.add_argument("--max-graph-kib", type=int, required=True)
    parser.add_argument("--graph-build-width", type=int, required=True)
    parser.add_argument("--quantise", action=argparse.BooleanOptionalAction, required=True)
    options = vars(parser.parse_args())
    folder = options.pop("folder")
    described = document.decode(sys.stdin.buffer.readline())
    Thread(target=_end_with_parent, daemon=True).start()
    os.nice(_NICE)
    shard = shards.load(folder, described, Tuning(**options))
    with shards.failing(described.name, "be optimised"):
        shard.optimize()
        shard.flush()
        shard.close()
    durable.sync_tree(folder)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
