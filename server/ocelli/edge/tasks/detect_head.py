"""What a detector's config says of its outputs."""

from dataclasses import dataclass, replace
from typing import ClassVar

from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.model_spec import Head
from ocelli.edge.triton.parameters import Parameters
from ocelli.edge.vision.adapters import DETECT_ADAPTERS
from ocelli.edge.vision.adapters.adapter import DetectAdapter, MaskAdapter, ModelSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectHead(Head):
    """How to read a detector.

    Attributes:
        adapter: reads its outputs.
        labels: class names by class number; empty if it has none.
        score_threshold: lowest score reported by default.
        iou_threshold: largest overlap of two boxes of a class by default.
        keypoint_names: names of the keypoints of an object, in their order.
    """

    task: ClassVar[Task] = Task.DETECT

    adapter: DetectAdapter
    labels: tuple[str, ...]
    score_threshold: float
    iou_threshold: float
    keypoint_names: tuple[str, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return self.adapter.output_names

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The tensors to ask it for, too, where masks are wanted; none if it finds none."""
        adapter = self.adapter
        return adapter.mask_output_names if isinstance(adapter, MaskAdapter) else ()


def read(parameters: Parameters, signature: ModelSignature) -> DetectHead:
    """The head of a detector.

    Raises:
        OcelliError: MODEL_REFUSED, with the key or tensor that is wrong and what was expected.
    """
    labels, keypoint_names = parameters.names("labels"), parameters.names("keypoints")
    counted = replace(signature, label_count=len(labels), keypoint_count=len(keypoint_names))
    return DetectHead(
        adapter=parameters.adapter(DETECT_ADAPTERS, counted),
        labels=labels,
        score_threshold=parameters.number("score_threshold", 0.25, 0, 1),
        iou_threshold=parameters.number("iou_threshold", 0.7, 0, 1),
        keypoint_names=keypoint_names,
    )
