"""What a command that moved many points says at the end."""

import time

from ocelli.client.cli.output import error_console, say_json


class Outcome:
    """Counts from its making on, and tells the result.

    Args:
        as_json: print one object on stdout, not a line on stderr.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._began_s = time.monotonic()

    def tell(self, done: str, points: int, **more: object) -> None:
        """Says what was done to how many points, and how fast."""
        took_s = time.monotonic() - self._began_s
        rate = points / took_s if took_s else 0.0
        if self._as_json:
            say_json(
                {
                    "points": points,
                    **more,
                    "seconds": round(took_s, 3),
                    "points_per_s": round(rate, 1),
                }
            )
        else:
            error_console().print(
                f"{points} points {done} in {took_s:.1f} s, {rate:.0f}/s", markup=False
            )
