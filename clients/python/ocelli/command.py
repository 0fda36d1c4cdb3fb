"""The command `ocelli`, from before gRPC is loaded."""

import os


def main() -> None:
    """Runs the command and exits."""
    # gRPC reads this as it loads. By itself it would print lines of its own about a handshake that
    # fails, beside the one that the command prints.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    from ocelli.client.cli import main as run  # noqa: PLC0415  after that

    run()
