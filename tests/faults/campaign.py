"""All cases, in one size or another."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from ocelli.models.media import Media
from tests.conftest import RunningEdge
from tests.faults.calls import burst, cancel_calls, cut_connections, polite_caller
from tests.faults.case import Case, Recovery
from tests.faults.edges import MODEL, running_edge
from tests.faults.images import send_damaged
from tests.faults.recovery import PARTS, WORKER_FLAGS, Rounds
from tests.faults.stops import stop_in_turn


@dataclass(frozen=True, slots=True)
class Size:
    """How often each thing is tried.

    Attributes:
        images: damaged files.
        cancels: cancelled calls.
        cuts: connections that are cut.
        burst: calls at once on one connection, which has streams for some more by default.
        stops: graceful stops under load.
        kills: of each part.
        pause_s: between kills.
    """

    images: int
    cancels: int
    cuts: int
    burst: int
    stops: int
    kills: int
    pause_s: float


SHORT = Size(images=700, cancels=500, cuts=50, burst=4000, stops=1, kills=1, pause_s=0)
LONG = Size(images=70_000, cancels=100_000, cuts=1_000, burst=4_000, stops=10, kills=10, pause_s=10)


@dataclass(frozen=True, slots=True)
class Found:
    """What a campaign found.

    Attributes:
        cases: what was tried.
        recoveries: one for each part.
        acknowledged_points: how many points were stored.
        lost_points: how many of them are not there.
    """

    cases: list[Case]
    recoveries: list[Recovery]
    acknowledged_points: int
    lost_points: int

    @property
    def ok(self) -> bool:
        """Whether nothing failed or was lost."""
        return all(case.ok for case in self.cases) and not self.lost_points


class Campaign:
    """Runs the cases.

    Args:
        ocelli_home: holds what is installed.
        models_dir: the installed models.
        media: holds a photo.
        scratch: a folder for the homes of the edges.
        size: how often.
        seed: of everything random.
    """

    def __init__(
        self,
        ocelli_home: Path,
        models_dir: Path,
        media: Media,
        scratch: Path,
        size: Size,
        seed: int = 0,
    ) -> None:
        self._installed = ocelli_home, models_dir
        photos = {photo.path.stem: photo.path for photo in media.photos}
        self._photo = photos["cat"].read_bytes()
        self._scratch = scratch
        self._size = size
        self._seed = seed

    def run(self, note: Callable[[str], None]) -> Found:
        """Tries everything; `note` is told what is next."""
        cases = [*self.hurt(note), self.stop(note)]
        recoveries, acknowledged, lost = self.kill(note)
        return Found(cases, recoveries, acknowledged, lost)

    def hurt(self, note: Callable[[str], None]) -> list[Case]:
        """What one edge must survive, while somebody else calls it."""
        with self._running("hurt") as edge:
            return self._hurt(edge, note)

    def stop(self, note: Callable[[str], None]) -> Case:
        """Graceful stops that no call may notice."""
        with ExitStack() as stack:

            def start(name: str) -> RunningEdge:
                return stack.enter_context(self._running(name))

            note(f"{self._size.stops} graceful stops")
            return stop_in_turn(start, self._photo, MODEL, self._size.stops)

    def _hurt(self, edge: RunningEdge, note: Callable[[str], None]) -> list[Case]:
        size = self._size
        polite = Case("calls of somebody else meanwhile")
        cases = []
        with polite_caller(edge, MODEL, self._photo, polite):
            note(f"{size.images} damaged image files")
            with edge.connect() as client:
                cases.append(send_damaged(client, MODEL, self._photo, size.images, self._seed))
            note(f"{size.cuts} cut connections")
            cases.append(cut_connections(edge, MODEL, self._photo, size.cuts))
        # One connection that cancels without pause may be told to calm down, and is.
        note(f"{size.cancels} cancelled calls")
        cases.append(cancel_calls(edge, MODEL, self._photo, size.cancels, self._seed))
        note(f"{size.burst} calls at once")
        cases.append(burst(edge, size.burst))
        return [*cases, polite]

    def kill(self, note: Callable[[str], None]) -> tuple[list[Recovery], int, int]:
        """How soon each part is back, how many points were acknowledged, and how many are gone."""
        with ExitStack() as stack:

            def start() -> RunningEdge:
                return stack.enter_context(self._running("killed", *WORKER_FLAGS))

            rounds = Rounds(start, self._photo)
            recoveries = []
            for part in PARTS:
                note(f"{part}: killed {self._size.kills} times")
                recoveries.append(rounds.kill(part, self._size.kills, self._size.pause_s))
            return recoveries, rounds.acknowledged, rounds.count_lost()

    def _running(self, name: str, *flags: str) -> AbstractContextManager[RunningEdge]:
        return running_edge(*self._installed, self._scratch / name, *flags)
