"""What is read off the parts of a serving process at every scrape."""

from collections.abc import Callable
from importlib.metadata import version

from ocelli.edge.index.index_size import IndexSize
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.observability.definitions import CALLS_IN_FLIGHT, FRAMES_IN_FLIGHT
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
        "ocelli_in_flight_bytes_limit",
        "Bytes of images and tensors that may be held at once.",
        lambda: memory.max_bytes,
    )
    gauges.add(
        "ocelli_threads_waiting",
        "Images that wait for a decoding thread.",
        lambda: executor.waiting,
    )
    gauges.add(
        "ocelli_work_in_flight",
        "Unary calls and frames that are being served now, waiting included.",
        _work_in_flight,
    )
    gauges.add(
        "ocelli_queue_delay_seconds",
        "How long what is under way or waits would keep the busiest model, seconds: about what"
        " the next image would take.",
        lambda: max((_queue_delay_s(admissions.of(name)) for name in _usable(models)), default=0),
        aggregate="max",
    )
    for name, (about, read) in _OF_ADMISSION.items():

        def values(read: Callable[[Admission], float] = read) -> dict[str, float]:
            return {model: read(admissions.of(model)) for model in _usable(models)}

        gauges.add(name, about, values, label="model")


def serving_versions(models: ModelRegistry) -> list[tuple[str, str]]:
    """The names and versions of the models that can be asked."""
    entries = (entry for entry in models.entries() if entry.spec or entry.step)
    return [(entry.name, served) for entry in entries for served in entry.versions]


def _usable(models: ModelRegistry) -> list[str]:
    return [entry.name for entry in models.entries() if entry.spec is not None]


def _work_in_flight() -> float:
    return sum(
        sample.value
        for gauge in (CALLS_IN_FLIGHT, FRAMES_IN_FLIGHT)
        for metric in gauge.collect()
        for sample in metric.samples
    )


def _queue_delay_s(admission: Admission) -> float:
    """By Little's law; 0 while nothing is known of the model."""
    work = admission.under_way + admission.waiting
    return work / admission.capacity if admission.capacity else 0.0


def add_index_size(gauges: LiveGauges, size: IndexSize) -> None:
    """Adds what tells how much there is to search, and which version serves."""
    gauges.add(
        "ocelli_index_collections",
        "Collections in the vector engine, as of the last 30 s.",
        lambda: size.collections,
        aggregate="max",
    )
    gauges.add(
        "ocelli_index_points",
        "Points in its collections, those that are open if it is embedded, as of the last 30 s.",
        lambda: size.points,
        aggregate="max",
    )
    serving = {version("ocelli-vision"): 1.0}
    gauges.add(
        "ocelli_build_info",
        "1, with the version of the edge.",
        lambda: serving,
        label="version",
        aggregate="max",
    )


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
