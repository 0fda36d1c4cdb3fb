"""Classifiers: one row of classes, and little else left in the file."""

from ocelli.models.own.signature import FLOATS, IMAGENET, Recognised, Signature


def recognise_classifier(signature: Signature) -> Recognised | None:
    """One row of classes; exporters of classifiers leave little else in a file."""
    metadata, names = signature.file.metadata, signature.file.names
    outputs = signature.outputs
    is_row = len(outputs) == 1 and (
        len(outputs[0].dims) == 2 or (len(outputs[0].dims) == 4 and outputs[0].dims[2:] == (1, 1))
    )
    if not is_row or outputs[0].datatype not in FLOATS:
        return None
    keys = {"task": "classify", "labels": signature.file.labels}
    if metadata.get("task") == "classify" and "stride" in metadata:
        # Its own preprocessing covers a square with the image, and distorts it for other shapes.
        fitted = {} if signature.width == signature.height else {"resize": "stretch"}
        return Recognised(
            "Ultralytics, classify", "classifier", {**keys, **fitted, "activation": "none"}
        )
    asks = {"activation": "softmax (its outputs are logits) or none (they are probabilities)"}
    if not names:
        asks["labels"] = "the class names, or --set task=embed --set adapter=embedding"
    return Recognised("a classifier", "classifier", {**keys, **IMAGENET}, asks)
