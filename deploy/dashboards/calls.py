"""Calls, streams and what they fail for."""

from deploy.dashboards.board import RANGE, Board, Panel, Query, quantiles

_EDGE = '{instance=~"$instance"}'


def _rate(metric: str, by: str, matchers: str = "") -> str:
    selector = f'{{instance=~"$instance"{"," if matchers else ""}{matchers}}}'
    return f"sum by ({by}) (rate({metric}{selector}[{RANGE}])) > 0"


CALLS = Board(
    uid="ocelli-calls",
    title="Ocelli: calls",
    rows=(
        (
            "Calls",
            (
                Panel(
                    title="Calls by method",
                    about="Calls and streams that ended, per second.",
                    unit="reqps",
                    queries=(
                        Query(expr=_rate("ocelli_calls_total", "method"), legend="{{method}}"),
                    ),
                ),
                Panel(
                    title="Calls by code",
                    about="The gRPC status that calls ended with, per second.",
                    unit="reqps",
                    queries=(Query(expr=_rate("ocelli_calls_total", "code"), legend="{{code}}"),),
                ),
                Panel(
                    title="Latency by method",
                    about="From the arrival of a unary call to its answer. Points are traces.",
                    unit="s",
                    queries=quantiles("ocelli_call_seconds", "method", _EDGE),
                ),
                Panel(
                    title="Share of calls that failed",
                    about="Calls that ended by a fault of the servers', of all. Of the service"
                    " level objective of 99.9 % the alerts are made.",
                    unit="percentunit",
                    queries=(
                        Query(
                            expr="sum(rate(ocelli_calls_total{"
                            'instance=~"$instance",code=~"UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|'
                            f'UNAVAILABLE"}}[{RANGE}])) / '
                            f"sum(rate(ocelli_calls_total{_EDGE}[{RANGE}]))",
                            legend="failed",
                        ),
                    ),
                ),
                Panel(
                    title="Errors by reason",
                    about="Reasons that calls and frames ended with, per second;"
                    " docs/errors.md says what each means.",
                    unit="ops",
                    queries=(
                        Query(
                            expr=_rate("ocelli_errors_total", "reason, of"),
                            legend="{{reason}} ({{of}})",
                        ),
                    ),
                ),
                Panel(
                    title="Refusals by limit",
                    about="Calls and frames that met a limit of the server or of their principal,"
                    " per second.",
                    unit="ops",
                    queries=(
                        Query(expr=_rate("ocelli_refusals_total", "limit"), legend="{{limit}}"),
                    ),
                ),
            ),
        ),
        (
            "Streams",
            (
                Panel(
                    title="Frames by outcome",
                    about="Frames answered with a result, an error or as dropped, per second.",
                    unit="ops",
                    queries=(
                        Query(expr=_rate("ocelli_frames_total", "outcome"), legend="{{outcome}}"),
                    ),
                ),
                Panel(
                    title="Frames dropped by cause",
                    about="Superseded by a newer one, as KEEP_LATEST has it, or too old when their"
                    " turn came.",
                    unit="ops",
                    queries=(
                        Query(
                            expr=_rate("ocelli_frames_dropped_total", "cause"), legend="{{cause}}"
                        ),
                    ),
                ),
                Panel(
                    title="Latency of frames",
                    about="From when work on a frame began to its result. Points are traces.",
                    unit="s",
                    queries=quantiles("ocelli_frame_seconds", "method", _EDGE),
                ),
            ),
        ),
        (
            "Load",
            (
                Panel(
                    title="In flight",
                    about="What is being served now, waiting included; the signal to scale by.",
                    unit="short",
                    queries=(
                        Query(expr=f"ocelli_work_in_flight{_EDGE}", legend="{{instance}} work"),
                        Query(
                            expr=f"sum by (instance) (ocelli_streams_open{_EDGE})",
                            legend="{{instance}} streams",
                        ),
                    ),
                ),
                Panel(
                    title="Queue delay",
                    about="About what the next image would take, by what is under way and what the"
                    " busiest model answers; the other signal to scale by.",
                    unit="s",
                    queries=(
                        Query(expr=f"ocelli_queue_delay_seconds{_EDGE}", legend="{{instance}}"),
                    ),
                ),
                Panel(
                    title="Waiting for a thread",
                    about="Images that wait to be decoded. More cores are the remedy.",
                    unit="short",
                    queries=(Query(expr=f"ocelli_threads_waiting{_EDGE}", legend="{{instance}}"),),
                ),
                Panel(
                    title="Event loop lag",
                    about="How late the loop runs what is due. More workers are the remedy.",
                    unit="s",
                    queries=(
                        Query(expr=f"ocelli_event_loop_lag_seconds{_EDGE}", legend="{{instance}}"),
                    ),
                ),
                Panel(
                    title="Memory in flight",
                    about="Bytes of images and tensors held now, and how many may be.",
                    unit="bytes",
                    queries=(
                        Query(expr=f"ocelli_in_flight_bytes{_EDGE}", legend="{{instance}} held"),
                        Query(
                            expr=f"ocelli_in_flight_bytes_limit{_EDGE}", legend="{{instance}} limit"
                        ),
                    ),
                ),
                Panel(
                    title="Workers",
                    about="Workers that take calls, and those that were started again, where there"
                    " are several.",
                    unit="short",
                    queries=(
                        Query(
                            expr=f"sum by (instance) (ocelli_worker_up{_EDGE})",
                            legend="{{instance}} up",
                        ),
                        Query(
                            expr="sum by (instance) (increase(ocelli_worker_restarts_total"
                            f"{_EDGE}[{RANGE}]))",
                            legend="{{instance}} restarted",
                        ),
                    ),
                ),
                Panel(
                    title="Access log",
                    about="Lines written, and lines left out because they could not be written in"
                    " time.",
                    unit="ops",
                    queries=(
                        Query(
                            expr=f"sum by (outcome) (rate(ocelli_access_log_lines_total{_EDGE}"
                            f"[{RANGE}]))",
                            legend="{{outcome}}",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
