"""The command `ocelli`, from before gRPC is loaded."""

import os
import sys

_OF_THE_EXTRA = {"click", "rich"}


def main() -> None:
    """Runs the command and exits."""
    # gRPC reads this as it loads. By itself it would print lines of its own about a handshake that
    # fails, beside the one that the command prints.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    try:
        from ocelli.client.cli import main as run  # noqa: PLC0415  after that

        run()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _OF_THE_EXTRA:
            raise
        sys.exit(
            f"ocelli: the command needs more than the plain installation ({missing} is missing): "
            "pip install 'ocelli-vision[cli]'"
        )
