"""A stand-in for NVIDIA's Triton image: the same server, from the local Triton's wheel."""

import shutil
import tempfile
from pathlib import Path

import yaml

from deploy.image.command import run
from deploy.image.failure import ImageError

_HERE = Path(__file__).parent / "tritonserver"
_UNUSED = ("pip*", "setuptools*", "pkg_resources*", "_distutils_hack*")


def name_in(compose: Path) -> str:
    """The name that a compose file gives to Triton's image."""
    name: str = yaml.safe_load(compose.read_text())["services"]["triton"]["image"]
    return name


def build(name: str, home: Path, client: dict[str, str]) -> None:
    """Builds it under a name, from what `make models` put into a home.

    Raises:
        ImageError: the home has no local Triton, or the build fails.
    """
    packages = next((home / "triton" / "env" / "lib").glob("python3.*/site-packages"), None)
    if packages is None:
        raise ImageError(f"{home} has no local Triton: run `make models` first")
    with tempfile.TemporaryDirectory() as work:
        context = Path(work)
        shutil.copytree(_HERE, context, dirs_exist_ok=True)
        shutil.copytree(
            packages, context / "site-packages", ignore=shutil.ignore_patterns(*_UNUSED)
        )
        shutil.copytree(home / "triton" / "backends", context / "backends", symlinks=False)
        run(
            ["docker", "build", "--network", "host", "--tag", name, str(context)],
            environment=client,
        )
