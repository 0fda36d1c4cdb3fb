"""`python -m ocelli.edge.triton.local`: installs the local Triton under `$OCELLI_HOME`."""

import asyncio
import sys
from pathlib import Path

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.load_config import load_config
from ocelli.edge.triton.local.device import choose_device
from ocelli.edge.triton.local.environment import ensure_environment
from ocelli.edge.triton.local.interpreter import SetupError


def main() -> int:
    """Runs the command; returns its exit status."""
    try:
        asyncio.run(_install(load_config({})))
    except (ConfigError, SetupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


async def _install(config: Config) -> None:
    def report(line: str) -> None:
        print(line, flush=True)

    chosen = await choose_device(config.triton_device)
    await ensure_environment(Path(config.home), report, chosen.device)


if __name__ == "__main__":
    sys.exit(main())
