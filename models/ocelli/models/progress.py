"""How an installation tells where it stands."""

from typing import Protocol


class Progress(Protocol):
    """Is told of every step and of every advance inside it.

    Calls come from the installing thread, at least twice a step (at its start with `done` 0, and
    when it is complete with `done` equal to `total`) and a few times a second while bytes arrive.
    """

    def __call__(self, step: str, done: int, total: int) -> None:
        """Reports an advance.

        Args:
            step: what is being done, for people: `download scikit-image 0.26.0`.
            done: bytes so far.
            total: bytes altogether; 1 for steps that do not count bytes.
        """


def silent(step: str, done: int, total: int) -> None:
    """A `Progress` that says nothing."""
