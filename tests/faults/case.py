"""What a case of the campaign found."""

from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from ocelli.client import OcelliError

BUSY = frozenset({"OVERLOADED"})
"""What a caller may be told who did nothing wrong."""


@dataclass(slots=True)
class Case:
    """Something that was tried many times.

    Attributes:
        name: what.
        limit: how many may fail.
        tried: how often.
        outcomes: what came of it, by reason of the error or `ok`.
        failures: what should not have come of it, likewise.
    """

    name: str
    limit: int = 0
    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def note(self, outcome: str, *, failed: bool = False) -> None:
        """Counts one try."""
        self.tried += 1
        (self.failures if failed else self.outcomes)[outcome] += 1

    @contextmanager
    def one_try(self, fine: Set[str] = BUSY) -> Iterator[None]:
        """Counts the body of the `with`, in which a call is made, by the error that ends it.

        Args:
            fine: reasons that are no failure.
        """
        try:
            yield
        except OcelliError as error:
            reason = error.reason or error.code.name
            self.note(reason, failed=reason not in fine)
        else:
            self.note("ok")

    @property
    def failed(self) -> int:
        """How often it should not have come out so."""
        return self.failures.total()

    @property
    def ok(self) -> bool:
        """Whether it was tried, and no more failed than may."""
        return self.tried > 0 and self.failed <= self.limit


@dataclass(slots=True)
class Recovery:
    """How long a part took to serve again after its death, each time.

    Attributes:
        part: which.
        seconds: from its death to the first call that was answered.
    """

    part: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median_s(self) -> float:
        """The median."""
        return median(self.seconds)

    @property
    def worst_s(self) -> float:
        """The longest."""
        return max(self.seconds)
