"""`python -m deploy.image [-- COMMAND]`: builds the image, then runs COMMAND beside the engine.

COMMAND runs in namespaces of its own, where containers have networks and ports that the machine
does not see. It finds DOCKER_HOST, OCELLI_DOCKER and OCELLI_IMAGE, the image's name, set.
"""

import argparse
import os
import subprocess
import sys

from deploy.image import images
from deploy.image.command import run
from deploy.image.daemon import daemon
from deploy.image.failure import ImageError
from deploy.image.isolation import end_on_signals, isolated


def main() -> int:
    """Builds and runs; returns the exit status."""
    parser = argparse.ArgumentParser(prog="deploy.image", description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="unpack the engine and do no more")
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="*", help="what to run beside the engine")
    arguments = parser.parse_args()
    try:
        if arguments.isolated:
            end_on_signals()
            return _run(arguments.command)
        if arguments.fetch:
            images.fetch()
            return 0
        images.build()
    except ImageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return isolated("deploy.image", arguments.command) if arguments.command else 0


def _run(command: list[str]) -> int:
    run(["ip", "link", "set", "lo", "up"])
    with daemon(images.ENGINE, images.DATA) as client:
        variables = {
            **os.environ,
            "DOCKER_HOST": client["DOCKER_HOST"],
            "OCELLI_DOCKER": str(images.ENGINE / "usr" / "bin" / "docker"),
            "OCELLI_IMAGE": images.edge_name(),
        }
        return subprocess.run(command, env=variables, check=False).returncode  # noqa: S603  # asked for


if __name__ == "__main__":
    sys.exit(main())
