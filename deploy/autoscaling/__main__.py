"""`python -m deploy.autoscaling`: the table of docs/deploy.md."""

from pathlib import Path

from deploy.autoscaling.numbers import read_numbers
from deploy.autoscaling.simulation import Signal, simulate

_VALUES = Path(__file__).parents[1] / "helm" / "ocelli" / "values.yaml"
IMAGES_PER_S = 20.0
"""What an edge with its Triton is taken to answer: a detector on two cores, without a GPU."""
START_S = 12.5
"""From the wish for one more to its readiness, images pulled: what compose takes."""
CALLS_PER_S = 100.0
LASTS_S = 300.0
_WATCHED_S = LASTS_S + 600.0
_COLUMNS = (
    "Scaled on",
    "Edges after 0 / 30 / 60 / 120 s",
    "Answered in minute 1 / 2 / 3, %",
    "p95 of these, s",
    "Edges 10 minutes after the end",
)


def steady(calls_per_s: float, lasts_s: float) -> list[float]:
    """When calls are made that come evenly, seconds."""
    return [number / calls_per_s for number in range(int(calls_per_s * lasts_s))]


def table() -> list[str]:
    """A row for each signal, in Markdown."""
    numbers = read_numbers(_VALUES, images_per_s=IMAGES_PER_S, start_s=START_S)
    rows = [
        f"| {' | '.join(_COLUMNS)} |",
        "|---|---|---|---|---|",
    ]
    signals: dict[str, Signal] = {
        "images under way": "images",
        "CPU, 70 %": "cpu",
        "nothing": "none",
    }
    minutes = [(60.0 * minute, 60.0 * minute + 60) for minute in range(3)]
    for name, signal in signals.items():
        outcome = simulate(numbers, signal, steady(CALLS_PER_S, LASTS_S), watched_s=_WATCHED_S)
        cells = [
            " / ".join(str(outcome.replicas_at(at_s)) for at_s in (0, 30, 60, 120)),
            " / ".join(f"{100 * outcome.answered(*minute):.0f}" for minute in minutes),
            " / ".join(f"{outcome.p95_s(*minute):.2f}" for minute in minutes),
            str(outcome.replicas_at(_WATCHED_S)),
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def at_once(calls: int) -> float:
    """How long as many calls at once take on the fewest replicas, seconds."""
    numbers = read_numbers(_VALUES, images_per_s=IMAGES_PER_S, start_s=START_S)
    outcome = simulate(numbers, "images", [0.0] * calls, watched_s=0)
    return max(took_s for _, took_s in outcome.latencies)


if __name__ == "__main__":
    print("\n".join(table()))
    print(f"\n100 calls at once are answered after {at_once(100):.1f} s")
