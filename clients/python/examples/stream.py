"""Streams the frames of a video and prints what is in each.

usage: stream.py ADDRESS FOLDER

FOLDER holds the frames as JPEGs whose names sort by time.
"""

import sys
from pathlib import Path

from ocelli.client import OcelliError, connect


def main() -> int:
    """Streams a folder of frames."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    address, folder = sys.argv[1], Path(sys.argv[2])
    frames = sorted(folder.glob("*.jpg"))
    if not frames:
        print(f"{folder} has no .jpg files", file=sys.stderr)
        return 1
    try:
        with connect(address) as client:
            for answer in client.detect_stream(frames):
                name = frames[answer.frame_id].name
                if answer.result is None:
                    print(name, answer.error or answer.dropped)
                    continue
                print(name, "nothing" if not answer.result.detections else "")
                for found in answer.result.detections:
                    x0, y0, x1, y1 = found.box
                    print(f"  {found.label} {found.score:.2f}  {x0:.0f},{y0:.0f} {x1:.0f},{y1:.0f}")
    except OcelliError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
