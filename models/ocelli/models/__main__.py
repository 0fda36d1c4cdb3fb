"""`python -m ocelli.models [--media] [NAME…]`: installs models under `$OCELLI_HOME`."""

import argparse
import os
import sys
from pathlib import Path

from ocelli.models.errors import InstallError
from ocelli.models.install import install
from ocelli.models.media import install_media


class _Lines:
    """Prints a line when a step starts and at every tenth of it."""

    def __init__(self) -> None:
        self._last: tuple[str, int] | None = None

    def __call__(self, step: str, done: int, total: int) -> None:
        """Reports an advance, as `Progress` describes."""
        state = (step, done * 10 // total)
        if state != self._last:
            self._last = state
            print(f"{step}: {state[1] * 10} %", flush=True)


def main() -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m ocelli.models", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="models to install (all)")
    parser.add_argument("--media", action="store_true", help="fetch the demo's media too")
    options = parser.parse_args()
    home = Path(os.environ.get("OCELLI_HOME", Path.home() / ".ocelli"))
    try:
        done = install(options.names, home / "models", home / "downloads", _Lines())
        for model in done.models:
            state = "installed" if model.fresh else "already installed"
            print(f"{model.card.name}: {state} in {model.folder}")
        for missing in done.left_out:
            print(f"{missing.card.name}: left out, {missing.reason}")
        if options.media:
            media = install_media(home / "media", home / "downloads", _Lines())
            print(f"{len(media.photos)} photos and a video in {home / 'media'}")
    except InstallError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
