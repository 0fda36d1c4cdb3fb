"""Finds in Triton's log why it went wrong."""

import re
from pathlib import Path

_TAIL_BYTES = 64 * 1024
_ERROR = re.compile(r"^(?:E\d{4} \S+ \d+ \S+\] |error: |.*error while loading shared libraries: )")
_STAMP = re.compile(r"^E\d{4} \S+ \d+ \S+\] ")
_HARMLESS = ("NVML", "DCGM", "CUDA", "pinned memory")
_LINES = 3


def last_errors(path: Path, start: int) -> str:
    """The last error lines of a log from byte `start` on, in one line; empty if there are none.

    Complaints about absent GPUs are left out: a machine without one serves all the same.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(start, path.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    errors = [
        _STAMP.sub("", line).strip()
        for line in text.splitlines()
        if _ERROR.match(line) and not any(word in line for word in _HARMLESS)
    ]
    return "; ".join(errors[-_LINES:])
