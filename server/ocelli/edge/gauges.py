"""What is read off the parts of a serving process at every scrape."""

from collections.abc import Callable

from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.observability.live import LiveGauges
from ocelli.edge.scheduling.admission import Admission, Admissions
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.triton.arena import Arena
from ocelli.edge.triton.registry import ModelRegistry

_OF_ADMISSION: dict[str, tuple[str, Callable[[Admission], float]]] = {
    "ocelli_model_images_under_way": (
        "Images admitted and not yet answered.",
        lambda admission: admission.under_way,
    ),
    "ocelli_model_frames_waiting": (
        "Frames of streams that wait to be admitted.",
        lambda admission: admission.waiting,
    ),
    "ocelli_model_images_limit": (
        "Images that may be under way whoever calls.",
        lambda admission: admission.limit,
    ),
    "ocelli_model_capacity": (
        "Images a second that the model is known to answer; 0 if nothing is known.",
        lambda admission: admission.capacity,
    ),
}


def add_scheduling(
    gauges: LiveGauges,
    memory: MemoryLimiter,
    executor: FairExecutor,
    models: ModelRegistry,
    admissions: Admissions,
) -> None:
    """Adds what tells of load."""
    gauges.add(
        "ocelli_in_flight_bytes",
        "Bytes of images and tensors that are held now.",
        lambda: memory.bytes_held,
    )
    gauges.add(
        "ocelli_threads_waiting",
        "Images that wait for a decoding thread.",
        lambda: executor.waiting,
    )
    for name, (about, read) in _OF_ADMISSION.items():

        def values(read: Callable[[Admission], float] = read) -> dict[str, float]:
            usable = [entry.name for entry in models.entries() if entry.spec is not None]
            return {model: read(admissions.of(model)) for model in usable}

        gauges.add(name, about, values, label="model")


def add_loop(gauges: LiveGauges, lag: LoopLag) -> None:
    """Adds what tells of the event loop."""
    gauges.add(
        "ocelli_event_loop_lag_seconds",
        "How late the event loop runs what is due.",
        lambda: lag.lag_s,
    )


def add_dependencies(
    gauges: LiveGauges, arena: Arena | None, models: ModelRegistry, index: ValidatedIndex
) -> None:
    """Adds what tells of Triton and the vector engine."""
    gauges.add(
        "ocelli_arena_slots",
        "Slots of shared memory for tensors.",
        lambda: arena.slots if arena else 0,
    )
    gauges.add(
        "ocelli_arena_slots_leased",
        "Slots of shared memory that hold a tensor now.",
        lambda: arena.leased if arena else 0,
    )
    gauges.add(
        "ocelli_triton_reachable",
        "Whether Triton answers.",
        lambda: models.reachable,
        aggregate="min",
    )
    gauges.add(
        "ocelli_index_ready",
        "Whether the vector engine answers.",
        lambda: index.ready,
        aggregate="min",
    )
    gauges.add(
        "ocelli_model_ready",
        "Whether a model of the repository is usable.",
        lambda: {
            entry.name: models.reachable and entry.spec is not None for entry in models.entries()
        },
        label="model",
        aggregate="min",
    )
