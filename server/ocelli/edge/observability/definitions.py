"""Everything that is counted as it happens.

Labels are bounded: methods and codes by the contract, models and versions by what Triton serves.
What can be read off a living object is not counted here but read when it is asked for; see
`ocelli.edge.observability.live`.
"""

from collections.abc import Iterable
from dataclasses import fields

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ocelli.edge.observability.loop_histogram import LoopHistogram
from ocelli.edge.principal import Limits

REGISTRY = CollectorRegistry()

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

CALLS = Counter(
    "ocelli_calls",
    "Calls and streams that ended, by method and gRPC status code.",
    ["method", "code"],
    registry=REGISTRY,
)
CALLS_REFUSED = Counter(
    "ocelli_calls_refused",
    "Calls refused for who made them: no, bad or expired credentials, or what they may not do.",
    ["reason"],
    registry=REGISTRY,
)
QUOTA_REFUSALS = Counter(
    "ocelli_quota_refusals",
    "Calls and images refused by a limit of their principal, by the limit.",
    ["limit"],
    registry=REGISTRY,
)
CALL_SECONDS = Histogram(
    "ocelli_call_seconds",
    "Time from a unary call's message to its answer, seconds.",
    ["method"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
CALLS_IN_FLIGHT = Gauge(
    "ocelli_calls_in_flight",
    "Unary calls that are being answered now.",
    ["method"],
    registry=REGISTRY,
)
STREAMS_OPEN = Gauge(
    "ocelli_streams_open", "Streams that are open now.", ["method"], registry=REGISTRY
)
FRAME_OUTCOMES = ("result", "error", "dropped", "cancelled")
FRAMES = Counter(
    "ocelli_frames",
    "Frames of streams by outcome: result, error, dropped, or cancelled: the client had gone.",
    ["method", "outcome"],
    registry=REGISTRY,
)
FRAME_SECONDS = Histogram(
    "ocelli_frame_seconds",
    "Time from when work on a frame began to its result, seconds.",
    ["method"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
FRAMES_IN_FLIGHT = Gauge(
    "ocelli_frames_in_flight", "Frames that are being worked on now.", ["method"], registry=REGISTRY
)
DROP_CAUSES = ("superseded", "too_old")
FRAMES_DROPPED = Counter(
    "ocelli_frames_dropped",
    "Frames that were not looked at, by cause: superseded by a newer one, or too old.",
    ["method", "cause"],
    registry=REGISTRY,
)
ERRORS = Counter(
    "ocelli_errors",
    "Calls, and frames of streams, that ended with a reason of the contract, by reason.",
    ["of", "reason"],
    registry=REGISTRY,
)
REFUSALS = Counter(
    "ocelli_refusals",
    "Calls and frames that met a limit, by limit.",
    ["limit"],
    registry=REGISTRY,
)
STAGES = ("admission", "thread", "decode", "fit", "tokenise", "triton", "postprocess", "index")
STAGE_SECONDS = LoopHistogram(
    "ocelli_stage_seconds",
    "Time of each stage of the work on an image, text or request of the index, seconds: waiting for"
    " admission and for a thread, decoding, fitting, tokenising, Triton with its queue,"
    " postprocessing, the vector engine.",
    label="stage",
    values=STAGES,
    buckets=_SECONDS,
)
REGISTRY.register(STAGE_SECONDS)
INDEX_FAILURES = Counter(
    "ocelli_index_failures",
    "Requests that the vector engine did not answer, by operation.",
    ["operation"],
    registry=REGISTRY,
)
INDEX_SECONDS = Histogram(
    "ocelli_index_seconds",
    "Time of a request in the vector engine, its queue included, seconds, by operation.",
    ["operation"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
ACCESS_LOG_LINES = Counter(
    "ocelli_access_log_lines",
    "Lines of the access log: written, or dropped because they could not be written in time.",
    ["outcome"],
    registry=REGISTRY,
)
IMAGES_DECODED = Counter(
    "ocelli_images_decoded",
    "Images and frames that were decoded and resized for a model.",
    registry=REGISTRY,
)
MODEL_SECONDS = Histogram(
    "ocelli_model_seconds",
    "Time of a request for a model in Triton, its queue included, seconds, by version.",
    ["model", "version"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
MODEL_FAILURES = Counter(
    "ocelli_model_failures",
    "Requests for a model that failed in Triton, by version.",
    ["model", "version"],
    registry=REGISTRY,
)


LIMITS = (
    "duplicates",
    "event_loop",
    "index.calls",
    "index.queued_bytes",
    "index.queued_calls",
    "max_calls_per_connection",
    "max_concurrent_calls",
    "max_inflight_bytes",
    "max_message_bytes",
    "model_capacity",
    "principals",
    "triton_queue",
    "triton_shm",
    *(each.name for each in fields(Limits) if each.name != "max_inflight_bytes"),
)
"""The limits that refusals name, as `QuotaFailure` does; those of a principal come last."""
OTHER_LIMIT = "other"


def create_series(
    *,
    unary_methods: Iterable[str],
    stream_methods: Iterable[str],
    codes: Iterable[str],
) -> None:
    """Makes the series of every label that is known beforehand.

    A counter that first shows up as 1 has no rate: Prometheus needs to have seen it at 0.

    Args:
        unary_methods: `ocelli.v1.DetectService/Detect`, for every unary rpc.
        stream_methods: likewise, for every rpc that streams frames.
        codes: names of the gRPC status codes that calls end with.
    """
    for limit in fields(Limits):
        QUOTA_REFUSALS.labels(limit.name)
    unary, streams, codes = tuple(unary_methods), tuple(stream_methods), tuple(codes)
    for method in unary + streams:
        for code in codes:
            CALLS.labels(method, code)
    for method in unary:
        CALL_SECONDS.labels(method)
        CALLS_IN_FLIGHT.labels(method)
    for method in streams:
        STREAMS_OPEN.labels(method)
        FRAME_SECONDS.labels(method)
        FRAMES_IN_FLIGHT.labels(method)
        for outcome in FRAME_OUTCOMES:
            FRAMES.labels(method, outcome)
        for cause in DROP_CAUSES:
            FRAMES_DROPPED.labels(method, cause)


def create_fixed_series(reasons: Iterable[str]) -> None:
    """Makes the series that no method and no model is named in, for the contract's reasons."""
    for reason in reasons:
        for of in ("call", "frame"):
            ERRORS.labels(of, reason)
    for limit in (*LIMITS, OTHER_LIMIT):
        REFUSALS.labels(limit)
    for outcome in ("written", "dropped"):
        ACCESS_LOG_LINES.labels(outcome)


def create_model_series(versions: Iterable[tuple[str, str]]) -> None:
    """Makes the series of models that serve: pairs of name and version."""
    for model, version in versions:
        MODEL_SECONDS.labels(model, version)
        MODEL_FAILURES.labels(model, version)
