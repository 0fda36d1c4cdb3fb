"""`python -m ocelli.edge.triton.local`: installs the local Triton under `$OCELLI_HOME`."""

import asyncio
import sys
from pathlib import Path

from ocelli.edge.config import ConfigError
from ocelli.edge.load_config import load_config
from ocelli.edge.triton.local.environment import ensure_environment
from ocelli.edge.triton.local.interpreter import SetupError


def main() -> int:
    """Runs the command; returns its exit status."""
    try:
        home = Path(load_config({}).home)
        asyncio.run(ensure_environment(home, lambda line: print(line, flush=True)))
    except (ConfigError, SetupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
