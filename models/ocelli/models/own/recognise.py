"""Which head a file has: by what its exporter left in it, else by names, else by shapes.

Where several readings are possible nothing is guessed: the key that decides is asked for.
"""

from collections.abc import Mapping

from ocelli.models.errors import InstallError
from ocelli.models.own.classifier import recognise_classifier
from ocelli.models.own.onnx_file import FileTensor, OnnxFile
from ocelli.models.own.signature import FLOATS, IMAGENET, Recognised, Rule, Signature

_STRETCH = {"resize": "stretch"}
_FACE = {"labels": "face"}
_INTEGERS = ("INT32", "INT64")
_SEGMENT_COLUMNS = 32


_YOLOX = Recognised(
    "YOLOX",
    "yolox",
    {"color_order": "BGR", "scale": "1", "letterbox_anchor": "top_left"},
    {"decoded": "true (exported with --decode_in_inference) or false"},
)
_NANODET = Recognised(
    "NanoDet-Plus",
    "nanodet",
    {
        "color_order": "BGR",
        "scale": "1",
        "mean": "103.53,116.28,123.675",
        "std": "57.375,57.12,58.395",
    },
    {"labels": "the class names"},
)
_SIX_COLUMNS = Recognised(
    "six columns, of which the file does not say what they are",
    asks={"adapter": "yolo_nms (boxes in pixels, score, class) or rtdetr (boxes from 0 to 1)"},
)


_CENTERFACE = Recognised("CenterFace", "centerface", {**_FACE, **_STRETCH, "scale": "1"})
_SCRFD = Recognised(
    "SCRFD",
    "scrfd",
    {
        **_FACE,
        "mean": "0.5",
        "std": "0.50196",
        "letterbox_anchor": "top_left",
        "pad_value": "0",
    },
)
_BLAZEFACE = Recognised("BlazeFace", "blazeface", {**_FACE, "mean": "0.5", "std": "0.5"})
_RETINAFACE = Recognised(
    "RetinaFace",
    "retinaface",
    {**_FACE, "color_order": "BGR", "scale": "1", "mean": "104,117,123"},
)
_BY_ADAPTER = {
    family.adapter: family
    for family in (_YOLOX, _NANODET, _CENTERFACE, _SCRFD, _BLAZEFACE, _RETINAFACE)
}
"""Families with preprocessing of their own that their files may not show."""


def said_to_be(adapter: str) -> Recognised:
    """What a file is that shows no known head, of which a person said the adapter."""
    return _BY_ADAPTER.get(adapter, Recognised("what was said"))


def recognise(file: OnnxFile) -> Recognised:
    """What a file is.

    Raises:
        InstallError: it has no image input, or no known head.
    """
    image = image_input(file)
    height, width = image.dims[2:] if image.dims[1] == 3 else image.dims[1:3]
    signature = Signature(file, image, width, height)
    for rule in (_ultralytics, *_BY_NAME, *_BY_SHAPE):
        found = rule(signature)
        if found is not None:
            return found
    shown = ", ".join(map(str, file.outputs))
    raise InstallError(
        f"{file.path}: its outputs {shown} are those of no head that is known; say how they are "
        "read with --set adapter=NAME (`ocelli models adapters` lists them)"
    )


def image_input(file: OnnxFile) -> FileTensor:
    """The input that takes images.

    Raises:
        InstallError: there is none, or there are several.
    """
    found = [
        tensor
        for tensor in file.inputs
        if len(tensor.dims) == 4
        and 3 in (tensor.dims[1], tensor.dims[3])
        and tensor.datatype in ("UINT8", "FP16", "FP32")
    ]
    if len(found) != 1:
        shown = ", ".join(map(str, file.inputs))
        raise InstallError(
            f"{file.path}: its inputs are {shown}; expected one image, UINT8, FP16 or FP32, "
            "[N, 3, H, W] or [N, H, W, 3]"
        )
    return found[0]


def _ultralytics(signature: Signature) -> Recognised | None:
    metadata = signature.file.metadata
    task, names = metadata.get("task", ""), signature.file.names
    if "stride" not in metadata or task not in ("detect", "segment", "pose", "obb"):
        return None
    family = f"Ultralytics, {task}"
    keys = {"labels": signature.file.labels}
    if "kpt_shape" in metadata:
        keys["keypoint_shape"] = metadata["kpt_shape"].strip("[]()").replace(" ", "")
    head = max(signature.outputs, key=lambda output: -len(output.dims))
    if "rtdetr" in (metadata.get("head", "") + metadata.get("description", "")).lower():
        columns = {} if head.dims[-1] != 6 or len(names) != 2 else {"columns": "best"}
        return Recognised("Ultralytics RT-DETR", "rtdetr", {**keys, **_STRETCH, **columns})
    suffix = {"detect": "", "segment": "_seg", "pose": "_pose", "obb": "_obb"}[task]
    rows = (
        4
        + len(names)
        + {"": 0, "_seg": _SEGMENT_COLUMNS, "_pose": _points(keys), "_obb": 1}[suffix]
    )
    is_dense = len(head.dims) == 3 and head.dims[1] == rows
    return Recognised(family, f"yolov8{suffix}" if is_dense else f"yolo_nms{suffix}", keys)


def _points(keys: Mapping[str, str]) -> int:
    count, _, values = keys.get("keypoint_shape", "0,3").partition(",")
    return int(count) * int(values) if count.isdecimal() and values.isdecimal() else 0


def _names(*names: str, family: str, adapter: str, **keys: str) -> Rule:
    def rule(signature: Signature) -> Recognised | None:
        return Recognised(family, adapter, keys) if signature.named(*names) else None

    return rule


def _detr(signature: Signature) -> Recognised | None:
    if not signature.named("logits", "pred_boxes"):
        return None
    asks = {
        "activation": "softmax (DETR and YOLOS, whose last class is none) or sigmoid (the others)",
        **_asks_normalisation("RT-DETR and D-FINE"),
    }
    return Recognised("DETR family of transformers", "detr", _STRETCH, asks)


def _asks_normalisation(plain: str) -> dict[str, str]:
    """Of kin some of which take pixels from 0 to 1, and the others as ImageNet's."""
    return {
        "mean": f"0 ({plain}) or {IMAGENET['mean']} (the others)",
        "std": f"1 ({plain}) or {IMAGENET['std']} (the others)",
    }


def _dets_and_labels(signature: Signature) -> Recognised | None:
    if not signature.named("dets", "labels"):
        return None
    if signature.output("labels").datatype in _INTEGERS:
        # Its 8-bit means and deviations, as shares of 255.
        return Recognised(
            "MMDetection", "mmdetection", {"letterbox_anchor": "top_left", **IMAGENET}
        )
    return Recognised("RF-DETR", "rfdetr", {**_STRETCH, **IMAGENET})


def _boxes_labels_scores(signature: Signature) -> Recognised | None:
    if not signature.named("boxes", "labels", "scores"):
        return None
    if len(signature.output("scores").dims) == 1:
        return Recognised("torchvision", "torchvision", _STRETCH)
    return Recognised("RT-DETR, D-FINE or DEIM, by their authors", "detr_postprocessed", _STRETCH)


def _paddle(signature: Signature) -> Recognised | None:
    if not {"scale_factor", "im_shape"} & {tensor.name for tensor in signature.file.inputs}:
        return None
    return Recognised("PaddleDetection", "paddle", _STRETCH, _asks_normalisation("PP-YOLOE+"))


def _one_output(signature: Signature) -> Recognised | None:
    """One output, told by its number of axes and cells."""
    if len(signature.outputs) != 1 or signature.outputs[0].datatype not in FLOATS:
        return None
    dims = signature.outputs[0].dims
    if len(dims) == 2 and dims[1] == 7:
        return Recognised("YOLOv7, end to end", "yolov7_end2end")
    return _by_cells(signature, *dims[1:]) if len(dims) == 3 else None


def _by_cells(signature: Signature, rows: int, columns: int) -> Recognised | None:
    three, four = signature.cells(8, 16, 32), signature.cells(8, 16, 32, 64)
    known = {
        (2, three): Recognised("YOLOv8 and its kin", "yolov8"),
        (1, 3 * three): Recognised("YOLOv5 or YOLOv7", "yolov5"),
        (1, three): _YOLOX,
        (1, four): _NANODET,
    }
    for (axis, cells), found in known.items():
        if cells > 0 and (rows, columns)[axis - 1] == cells:
            return found
    return _SIX_COLUMNS if columns == 6 else None


def _yolo_nas(signature: Signature) -> Recognised | None:
    """Boxes and scores of every cell, whose names are numbers."""
    cells = signature.cells(8, 16, 32)
    ends = [output.dims[-2:] for output in signature.outputs if len(output.dims) == 3]
    if len(signature.outputs) != 2 or [rows for rows, _ in ends] != [cells, cells]:
        return None
    return Recognised("YOLO-NAS", "yolo_nas") if (cells, 4) in ends else None


def _centerface(signature: Signature) -> Recognised | None:
    channels = sorted(output.dims[1] for output in signature.outputs if len(output.dims) == 4)
    if channels != [1, 2, 2, 10]:
        return None
    return _CENTERFACE


def _scrfd(signature: Signature) -> Recognised | None:
    counts = [2 * signature.cells(stride) for stride in (8, 16, 32)]
    if not signature.has_shapes(*((count, width) for count in counts for width in (1, 4, 10))):
        return None
    return _SCRFD


def _blazeface(signature: Signature) -> Recognised | None:
    anchors = 896
    if not signature.has_shapes((anchors, 16), (anchors, 1)):
        return None
    return _BLAZEFACE


def _retinaface(signature: Signature) -> Recognised | None:
    priors = 2 * signature.cells(8, 16, 32)
    if not signature.has_shapes((priors, 4), (priors, 2), (priors, 10)):
        return None
    return _RETINAFACE


_YUNET = tuple(
    f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)
)
_BY_NAME: tuple[Rule, ...] = (
    _detr,
    _dets_and_labels,
    _boxes_labels_scores,
    _paddle,
    _names(
        *("detection_boxes", "detection_scores", "detection_classes", "num_detections"),
        family="TensorFlow Object Detection API",
        adapter="tf_detection",
        **_STRETCH,
    ),
    _names("num_dets", "det_boxes", family="TensorRT EfficientNMS", adapter="efficient_nms"),
    _names("num_predictions", "pred_boxes", family="YOLO-NAS, batched", adapter="efficient_nms"),
    _names(
        *("graph2_num_predictions", "graph2_pred_boxes"),
        family="YOLO-NAS, batched",
        adapter="efficient_nms",
    ),
    _names("graph2_pred_boxes", "graph2_pred_scores", family="YOLO-NAS", adapter="yolo_nas"),
    _names("graph2_flat_predictions", family="YOLO-NAS, flat", adapter="yolo_nas_flat"),
    _names("flat_predictions", family="YOLO-NAS, flat", adapter="yolo_nas_flat"),
    _names(*_YUNET, family="YuNet", adapter="yunet", labels="face", color_order="BGR", scale="1"),
    _names("boxes", "scores", "classes", family="top candidates", adapter="candidates"),
)
_BY_SHAPE: tuple[Rule, ...] = (
    _one_output,
    _yolo_nas,
    _centerface,
    _scrfd,
    _blazeface,
    _retinaface,
    recognise_classifier,
)
