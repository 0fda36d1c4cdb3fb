"""`python -m deploy.image [-- COMMAND]`: builds the image, then runs COMMAND beside the engine.

COMMAND runs in a network and a mount namespace of its own, where containers have networks and ports
that the machine does not see. It finds DOCKER_HOST, OCELLI_IMAGE, the image's name, and
OCELLI_TRITON_IMAGE set.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import yaml

from deploy.image import base, engine, triton
from deploy.image.command import run
from deploy.image.daemon import WITHOUT_NETWORK, daemon
from deploy.image.failure import ImageError

_ROOT = Path(__file__).resolve().parents[2]
_WORK = _ROOT / ".build" / "image"
_COMPOSE = _ROOT / "deploy" / "compose.yaml"


def main() -> int:
    """Builds and runs; returns the exit status."""
    parser = argparse.ArgumentParser(prog="deploy.image", description=__doc__)
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="*", help="what to run beside the engine")
    arguments = parser.parse_args()
    try:
        if arguments.isolated:
            return _run(arguments.command)
        _build()
    except ImageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return _isolate(arguments.command) if arguments.command else 0


def _image() -> str:
    name: str = yaml.safe_load(_COMPOSE.read_text())["services"]["edge"]["image"]
    return name


def _build() -> None:
    if os.geteuid():
        raise ImageError("building and running containers takes root")
    print("fetching the container engine (65 MB) and Debian, once", flush=True)
    engine.install(_WORK / "engine")
    base.make_root(_WORK / "base.tar", _WORK / "engine")
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    revision = run(["git", "-C", str(_ROOT), "rev-parse", "HEAD"]).strip()
    with daemon(_WORK / "engine", _WORK / "docker", WITHOUT_NETWORK) as client:
        base.add(_WORK / "base.tar", client)
        print("building the image", flush=True)
        build = ["docker", "build", "--network", "host", "--build-arg", f"REVISION={revision}"]
        run([*build, "--tag", _image(), str(_ROOT)], environment=client)
        print("building the stand-in for Triton's", flush=True)
        triton.build(triton.name_in(_COMPOSE), home, client)


def _isolate(command: list[str]) -> int:
    """Runs this program anew in namespaces of its own."""
    alone = ["unshare", "--mount", "--net", "--propagation", "private"]
    again = [sys.executable, "-m", "deploy.image", "--isolated", "--", *command]
    return subprocess.run([*alone, *again], check=False).returncode  # noqa: S603  # this module


def _run(command: list[str]) -> int:
    run(["ip", "link", "set", "lo", "up"])
    with daemon(_WORK / "engine", _WORK / "docker") as client:
        variables = {
            **os.environ,
            "DOCKER_HOST": client["DOCKER_HOST"],
            "OCELLI_DOCKER": str(_WORK / "engine" / "usr" / "bin" / "docker"),
            "OCELLI_IMAGE": _image(),
            "OCELLI_TRITON_IMAGE": triton.name_in(_COMPOSE),
        }
        return subprocess.run(command, env=variables, check=False).returncode  # noqa: S603  # asked for


if __name__ == "__main__":
    sys.exit(main())
