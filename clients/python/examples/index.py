"""Indexes a folder of images, then searches it with one of them.

usage: index.py ADDRESS FOLDER
"""

import contextlib
import sys
from pathlib import Path

from ocelli.client import Client, IndexItem, NotFound, OcelliError, connect

_COLLECTION = "example-python"
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")


def main() -> int:
    """Indexes and searches."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    address, folder = sys.argv[1], Path(sys.argv[2])
    images = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    if not images:
        print(f"{folder} has no images", file=sys.stderr)
        return 1
    try:
        with connect(address) as client:
            _index(client, images)
            _search(client, images[0])
    except OcelliError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _index(client: Client, images: list[Path]) -> None:
    """Stores every image under its name, in a collection made anew."""
    with contextlib.suppress(NotFound):  # there may be one of an earlier run
        client.collections.delete(_COLLECTION)
    client.collections.create(_COLLECTION, fields={"suffix": "keyword"})
    items = (IndexItem(path.name, path, {"suffix": path.suffix}) for path in images)
    for answer in client.index(_COLLECTION, items):
        print(answer.id, "stored" if answer.error is None else answer.error)


def _search(client: Client, image: Path) -> None:
    """Prints what is most like an image."""
    print(f"\nlike {image.name}:")
    for hit in client.search(_COLLECTION, image=image, limit=5):
        print(f"  {hit.score:.3f}  {hit.id}")


if __name__ == "__main__":
    sys.exit(main())
