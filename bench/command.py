"""How the command of a benchmark ends."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from bench.errors import BenchError
from ocelli.edge.triton.local.interpreter import SetupError

Found = TypeVar("Found")


def measured(work: Coroutine[Any, Any, Found]) -> Found:
    """What a benchmark finds. If it cannot go on, the program ends with one line that says why."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, SetupError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
