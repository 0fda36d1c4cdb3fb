"""Calls as values, one module per subject, for the blocking and the asyncio client alike.

Nothing here does input or output beyond reading an image's file.
"""

from ocelli.client.requests import (
    classify,
    collection,
    detect,
    embed,
    frames,
    index,
    model,
    point,
    read,
    search,
)

__all__ = [
    "classify",
    "collection",
    "detect",
    "embed",
    "frames",
    "index",
    "model",
    "point",
    "read",
    "search",
]
