"""What the dearest images cost that the default limits let through.

Run it as a program: `python -m tests.vision.cost_of_images [PART_OF_A_NAME]`. Honest images of 65
megapixels come first, then what was made to cost as much as it can in 31 MB.
"""

import resource
import sys
import time
from collections.abc import Callable

from ocelli.edge.errors import OcelliError
from ocelli.edge.vision.decode import configure_threads
from ocelli.edge.vision.image import EncodedImage, Tolerance
from ocelli.edge.vision.upright import decode_upright
from tests.vision.hostile import honest_files, hostile_files
from tests.vision.preparing import LIMITS

_WIDTH, _HEIGHT, _FILE_BYTES = 8056, 8064, 31_000_000


def cost(data: bytes) -> tuple[float, str]:
    """CPU seconds of decoding, kernel and all threads included, and what came of it."""
    image = EncodedImage(data, tolerance=Tolerance.LENIENT)
    began_s = time.process_time()
    try:
        outcome = "×".join(map(str, decode_upright(image, LIMITS).pixels.shape[1::-1]))
    except OcelliError as error:
        outcome = error.message.split(";")[0]
    return time.process_time() - began_s, outcome


def _print_costs(files: dict[str, Callable[[], bytes]], part: str) -> None:
    for name, build in files.items():
        if part in name:
            data = build()
            spent_s, outcome = cost(data)
            print(f"{name:38} {len(data) / 1e6:6.1f} MB {spent_s:7.2f} s  {outcome[:70]}")


if __name__ == "__main__":
    configure_threads()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    _print_costs(honest_files(_WIDTH, _HEIGHT), wanted)
    _print_costs(hostile_files(_WIDTH, _HEIGHT, _FILE_BYTES), wanted)
    print(f"peak of memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
