"""The image and its stand-ins, built in the checkout's own engine."""

import os
from pathlib import Path

import yaml

from deploy.image import base, engine, triton
from deploy.image.command import run
from deploy.image.daemon import WITHOUT_NETWORK, daemon
from deploy.image.failure import ImageError

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "image"
ENGINE = WORK / "engine"
BASE = WORK / "base.tar"
DATA = WORK / "docker"
COMPOSE = ROOT / "deploy" / "compose.yaml"


def edge_name() -> str:
    """The name that the compose file gives to the edge's image."""
    name: str = yaml.safe_load(COMPOSE.read_text())["services"]["edge"]["image"]
    return name


def triton_name() -> str:
    """The name that the compose file gives to Triton's image."""
    return triton.name_in(COMPOSE)


def fetch() -> None:
    """Unpacks the engine, unless it is there.

    Raises:
        ImageError: it cannot be had, or could not run here.
    """
    if os.geteuid():
        raise ImageError("building and running containers takes root")
    run(["unshare", "--mount", "--net", "--pid", "--fork", "true"])
    if not ENGINE.exists():
        print("fetching the container engine (65 MB)", flush=True)
    engine.install(ENGINE)


def build() -> None:
    """Builds the image and the stand-ins, as far as they have changed.

    Raises:
        ImageError: something that they are made of cannot be had, or a build fails.
    """
    fetch()
    if not BASE.exists():
        print("fetching Debian for the base image (three minutes)", flush=True)
    base.make_root(BASE, ENGINE)
    home = Path(os.environ.get("OCELLI_HOME", ROOT / ".ocelli"))
    revision = run(["git", "-C", str(ROOT), "rev-parse", "HEAD"]).strip()
    with daemon(ENGINE, DATA, WITHOUT_NETWORK) as client:
        base.add(BASE, client)
        print("building the image", flush=True)
        command = ["docker", "build", "--network", "host", "--build-arg", f"REVISION={revision}"]
        run([*command, "--tag", edge_name(), str(ROOT)], environment=client)
        print("building the stand-in for Triton's", flush=True)
        triton.build(triton_name(), home, client)
