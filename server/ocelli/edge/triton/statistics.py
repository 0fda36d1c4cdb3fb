"""What Triton counts for each model."""

from dataclasses import dataclass

from tritonclient.grpc import service_pb2


@dataclass(frozen=True, slots=True)
class ModelStatistics:
    """Counts since the model was loaded, over all its versions.

    Attributes:
        inference_count: images inferred.
        execution_count: times the model ran, each for a batch.
        failure_count: requests that failed.
        queue_us: total time requests waited for their batch.
        compute_us: total time the model computed.
    """

    inference_count: int
    execution_count: int
    failure_count: int
    queue_us: int
    compute_us: int


def read_statistics(
    answers: list[service_pb2.ModelStatisticsResponse],
) -> dict[str, ModelStatistics]:
    """Statistics by model name, over all Tritons that answered."""
    found: dict[str, ModelStatistics] = {}
    for model in (model for answer in answers for model in answer.model_stats):
        seen = found.get(model.name, ModelStatistics(0, 0, 0, 0, 0))
        stats = model.inference_stats
        compute_ns = stats.compute_input.ns + stats.compute_infer.ns + stats.compute_output.ns
        found[model.name] = ModelStatistics(
            inference_count=seen.inference_count + model.inference_count,
            execution_count=seen.execution_count + model.execution_count,
            failure_count=seen.failure_count + stats.fail.count,
            queue_us=seen.queue_us + stats.queue.ns // 1000,
            compute_us=seen.compute_us + compute_ns // 1000,
        )
    return found
