"""Classifications as messages."""

from ocelli.edge.services.messages.image import warning_messages
from ocelli.edge.tasks.classify import Classified
from ocelli.v1 import classify_pb2


def classify_result(classified: Classified) -> classify_pb2.ClassifyResult:
    """What one image shows."""
    labels = classified.model.head.labels
    return classify_pb2.ClassifyResult(
        classifications=[
            classify_pb2.Classification(
                score=score,
                label=labels[class_id] if class_id < len(labels) else "",
                class_id=class_id,
            )
            for class_id, score in zip(
                classified.classes.tolist(), classified.scores.tolist(), strict=True
            )
        ],
        width=classified.width,
        height=classified.height,
        model=classified.model.name,
        model_version=classified.version,
        warnings=warning_messages(classified.warnings),
    )
