"""Models, where the time goes, Triton and its GPUs."""

from deploy.dashboards.board import RANGE, Board, Panel, Query, quantiles

_EDGE = '{instance=~"$instance"}'
_STAGES = f"sum by (stage) (rate(ocelli_stage_seconds_sum{_EDGE}[{RANGE}]))"


def _of_triton(total: str, of: str) -> str:
    return f"sum by (model) (rate({total}[{RANGE}])) / (sum by (model) (rate({of}[{RANGE}])) > 0)"


MODELS = Board(
    uid="ocelli-models",
    title="Ocelli: models",
    rows=(
        (
            "Models",
            (
                Panel(
                    title="Requests by model",
                    about="Requests that Triton answered, per second.",
                    unit="reqps",
                    queries=(
                        Query(
                            expr="sum by (model, version) (rate(ocelli_model_seconds_count"
                            f"{_EDGE}[{RANGE}]))",
                            legend="{{model}} {{version}}",
                        ),
                    ),
                ),
                Panel(
                    title="Latency by model",
                    about="Time of a request in Triton, its queue included. Points are traces.",
                    unit="s",
                    queries=quantiles("ocelli_model_seconds", "model", _EDGE),
                ),
                Panel(
                    title="Failures by model",
                    about="Requests that failed in Triton, per second.",
                    unit="ops",
                    queries=(
                        Query(
                            expr="sum by (model, version) (rate(ocelli_model_failures_total"
                            f"{_EDGE}[{RANGE}]))",
                            legend="{{model}} {{version}}",
                        ),
                    ),
                ),
                Panel(
                    title="Under way and limit",
                    about="Images admitted and not answered, and how many may be. At the limit"
                    " calls are refused and frames wait.",
                    unit="short",
                    queries=(
                        Query(
                            expr=f"sum by (model) (ocelli_model_images_under_way{_EDGE})",
                            legend="{{model}}",
                        ),
                        Query(
                            expr=f"sum by (model) (ocelli_model_images_limit{_EDGE})",
                            legend="{{model}} limit",
                        ),
                    ),
                ),
                Panel(
                    title="Frames waiting",
                    about="Frames of streams that wait to be admitted.",
                    unit="short",
                    queries=(
                        Query(
                            expr=f"sum by (model) (ocelli_model_frames_waiting{_EDGE})",
                            legend="{{model}}",
                        ),
                    ),
                ),
                Panel(
                    title="Capacity",
                    about="Images per second that a model is known to answer.",
                    unit="ops",
                    queries=(
                        Query(
                            expr=f"sum by (model) (ocelli_model_capacity{_EDGE})",
                            legend="{{model}}",
                        ),
                    ),
                ),
                Panel(
                    title="Ready",
                    about="Whether Triton answers and each model can be used: 1, or 0.",
                    unit="short",
                    queries=(
                        Query(expr=f"min(ocelli_triton_reachable{_EDGE})", legend="Triton"),
                        Query(
                            expr=f"min by (model) (ocelli_model_ready{_EDGE})", legend="{{model}}"
                        ),
                    ),
                ),
            ),
        ),
        (
            "Where the time goes",
            (
                Panel(
                    title="Share of the time by stage",
                    about="Of all time spent on images, texts and the index: waiting for admission"
                    " and for a thread, decoding, fitting, Triton, postprocessing, the engine.",
                    unit="percentunit",
                    queries=(
                        Query(
                            expr=f"{_STAGES} / ignoring (stage) group_left sum({_STAGES})",
                            legend="{{stage}}",
                        ),
                    ),
                ),
                Panel(
                    title="Time by stage",
                    about="Of one image. Points are traces.",
                    unit="s",
                    queries=quantiles("ocelli_stage_seconds", "stage", _EDGE),
                ),
                Panel(
                    title="Images decoded",
                    about="Images and frames that were decoded for a model, per second.",
                    unit="ops",
                    queries=(
                        Query(
                            expr="sum by (instance) (rate(ocelli_images_decoded_total"
                            f"{_EDGE}[{RANGE}]))",
                            legend="{{instance}}",
                        ),
                    ),
                ),
                Panel(
                    title="Shared memory",
                    about="Slots for tensors, and those that hold one.",
                    unit="short",
                    queries=(
                        Query(expr=f"ocelli_arena_slots{_EDGE}", legend="{{instance}} slots"),
                        Query(
                            expr=f"ocelli_arena_slots_leased{_EDGE}", legend="{{instance}} leased"
                        ),
                    ),
                ),
            ),
        ),
        (
            "Triton",
            (
                Panel(
                    title="Achieved batch",
                    about="Images per run of a model. 1 under load: requests come one after"
                    " another, or the config has no dynamic batching.",
                    unit="short",
                    queries=(
                        Query(
                            expr=_of_triton("nv_inference_count", "nv_inference_exec_count"),
                            legend="{{model}}",
                        ),
                    ),
                ),
                Panel(
                    title="Share of the time in Triton's queue",
                    about="Of the time that requests spend in Triton.",
                    unit="percentunit",
                    queries=(
                        Query(
                            expr=_of_triton(
                                "nv_inference_queue_duration_us", "nv_inference_request_duration_us"
                            ),
                            legend="{{model}}",
                        ),
                    ),
                ),
                Panel(
                    title="Pending in Triton",
                    about="Requests that wait for a batch.",
                    unit="short",
                    queries=(
                        Query(
                            expr="sum by (model) (nv_inference_pending_request_count)",
                            legend="{{model}}",
                        ),
                    ),
                ),
                Panel(
                    title="GPU utilisation",
                    about="By Triton's own metrics.",
                    unit="percentunit",
                    queries=(Query(expr="nv_gpu_utilization", legend="{{gpu_uuid}}"),),
                ),
                Panel(
                    title="GPU memory",
                    about="Used, of what there is.",
                    unit="percentunit",
                    queries=(
                        Query(
                            expr="nv_gpu_memory_used_bytes / nv_gpu_memory_total_bytes",
                            legend="{{gpu_uuid}}",
                        ),
                    ),
                ),
                Panel(
                    title="GPU power",
                    about="By Triton's own metrics.",
                    unit="watt",
                    queries=(Query(expr="nv_gpu_power_usage", legend="{{gpu_uuid}}"),),
                ),
            ),
        ),
    ),
)
