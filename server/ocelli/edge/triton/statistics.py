"""What Triton counts for each model."""

from dataclasses import dataclass

from tritonclient.grpc import service_pb2


@dataclass(frozen=True, slots=True)
class ModelStatistics:
    """Counts since a model was loaded.

    Attributes:
        inference_count: images inferred.
        execution_count: times the model ran, each for a batch.
        failure_count: requests that failed.
        queue_us: total time requests waited for their batch.
        compute_us: total time the model computed.
    """

    inference_count: int = 0
    execution_count: int = 0
    failure_count: int = 0
    queue_us: int = 0
    compute_us: int = 0

    def __add__(self, other: "ModelStatistics") -> "ModelStatistics":
        return ModelStatistics(
            self.inference_count + other.inference_count,
            self.execution_count + other.execution_count,
            self.failure_count + other.failure_count,
            self.queue_us + other.queue_us,
            self.compute_us + other.compute_us,
        )


def read_statistics(
    answers: list[service_pb2.ModelStatisticsResponse],
) -> dict[str, dict[str, ModelStatistics]]:
    """Statistics by model and version, over all Tritons that answered."""
    found: dict[str, dict[str, ModelStatistics]] = {}
    for model in (model for answer in answers for model in answer.model_stats):
        of_versions = found.setdefault(model.name, {})
        stats = model.inference_stats
        compute_ns = stats.compute_input.ns + stats.compute_infer.ns + stats.compute_output.ns
        of_versions[model.version] = of_versions.get(model.version, ModelStatistics()) + (
            ModelStatistics(
                inference_count=model.inference_count,
                execution_count=model.execution_count,
                failure_count=stats.fail.count,
                queue_us=stats.queue.ns // 1000,
                compute_us=compute_ns // 1000,
            )
        )
    return found
