"""kubectl, as the cluster's administrator."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.image.command import run


@dataclass(frozen=True)
class Kubectl:
    """kubectl and its variables.

    Attributes:
        program: its file.
        environment: KUBECONFIG is one of these.
    """

    program: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str) -> str:
        """What it prints.

        Raises:
            ImageError: it failed.
        """
        return run([str(self.program), *arguments], environment=self.environment)

    def succeeds(self, *arguments: str) -> bool:
        """Whether it does."""
        ended = subprocess.run(  # noqa: S603  # our own command, no shell
            [str(self.program), *arguments], env=self.environment, capture_output=True, check=False
        )
        return ended.returncode == 0
