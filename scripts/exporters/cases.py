"""The networks that are exported, and how.

Both sides import this module: ours in the project's environment, the exporters' in their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

INPUT_WIDTH_PX, INPUT_HEIGHT_PX = 320, 256
"""Of most networks: not square, so that sides that are mixed up are seen."""
IMAGE_SIZE = (400, 300)
"""Of another shape, for exporters whose preprocessing and its inverse we share."""
_FITS_IMAGES = ("ultralytics", "yolox")
SCORE_THRESHOLD = 0.25
IOU_THRESHOLD = 0.7

Option: TypeAlias = bool | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A network and its export.

    Attributes:
        library: that makes and exports it.
        network: its name there.
        variant: what is unusual about the export, for people.
        width: of its input, in pixels.
        height: likewise.
        classes: how many it tells apart.
        options: of the exporter.
        said: keys that a person has to give, as no file says them, without `ocelli.`.
    """

    library: str
    network: str
    variant: str = ""
    width: int = INPUT_WIDTH_PX
    height: int = INPUT_HEIGHT_PX
    classes: int = 80
    options: Mapping[str, Option] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Network and variant."""
        return f"{self.network} {self.variant}".strip()

    @property
    def folder(self) -> str:
        """Where its files go."""
        return self.name.replace(" ", "_").replace(",", "")

    @property
    def image_size(self) -> tuple[int, int]:
        """Width and height of the image that it is shown."""
        return IMAGE_SIZE if self.library in _FITS_IMAGES else (self.width, self.height)

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names."""
        return labels_of(self.classes)


def labels_of(classes: int) -> tuple[str, ...]:
    """So many class names, with commas, as some data sets have."""
    return tuple(f"class {number}, or so" for number in range(classes))


def _ultralytics(
    network: str, variant: str = "", *, side: int = 0, classes: int = 80, **options: Option
) -> Case:
    return Case(
        library="ultralytics",
        network=network,
        variant=variant,
        width=side or INPUT_WIDTH_PX,
        height=side or INPUT_HEIGHT_PX,
        classes=classes,
        options=options,
    )


_DETECTORS = (
    *("yolov3-tiny", "yolov5n", "yolov6n", "yolov8n", "yolov9t", "yolov10n"),
    *("yolo11n", "yolo12n", "yolo26n"),
)
_OTHERS = tuple(
    f"{network}-{task}"
    for network in ("yolov8n", "yolo11n", "yolo26n")
    for task in ("seg", "pose", "obb")
)
_ULTRALYTICS = (
    *(_ultralytics(network) for network in (*_DETECTORS, *_OTHERS)),
    *(_ultralytics(network, "nms", nms=True) for network in (*_DETECTORS, *_OTHERS)),
    *(
        _ultralytics(network, "end to end", nms=False)
        for network in ("yolov10n", "yolo26n", "yolo26n-seg", "yolo26n-pose", "yolo26n-obb")
    ),
    *(_ultralytics(f"{network}-cls", side=224) for network in ("yolov8n", "yolo11n", "yolo26n")),
    _ultralytics("yolov8n-cls", "not square"),
    _ultralytics("yolov8n", "dynamic", dynamic=True),
    _ultralytics("yolov8n", "dynamic, nms", dynamic=True, nms=True),
    _ultralytics("yolov8n-seg", "dynamic", dynamic=True),
    _ultralytics("yolov8n", "half", quantize=16),
    _ultralytics("yolov8n", "1 class", classes=1),
    _ultralytics("yolov8n", "2 classes", classes=2),
    _ultralytics("rtdetr-l"),
    _ultralytics("rtdetr-l", "2 classes", classes=2),
)

_IMAGENET = {"mean": "0.485,0.456,0.406", "std": "0.229,0.224,0.225"}
_HALF = {"mean": "0.5", "std": "0.5"}
_PLAIN = {"mean": "0", "std": "1"}
_SOFTMAX, _SIGMOID = {"activation": "softmax"}, {"activation": "sigmoid"}


def _transformers(
    network: str, said: Mapping[str, str], variant: str = "", *, side: int = 0, **options: Option
) -> Case:
    classes = 37  # which no other layer has
    labels = "\n".join(labels_of(classes))
    return Case(
        library="transformers",
        network=network,
        variant=variant,
        width=side or INPUT_WIDTH_PX,
        height=side or INPUT_HEIGHT_PX,
        classes=classes,
        options=options,
        said={"labels": labels, **said},
    )


_TRANSFORMERS = (
    _transformers("detr", {**_SOFTMAX, **_IMAGENET}),
    _transformers("detr", {**_SOFTMAX, **_IMAGENET}, "dynamic, pixel_mask", pixel_mask=True),
    _transformers("conditional-detr", {**_SIGMOID, **_IMAGENET}),
    # What the older exporter makes of it has coordinates of 64 bits, which no kernel takes.
    _transformers("deformable-detr", {**_SIGMOID, **_IMAGENET}, dynamo=True),
    _transformers("yolos", {**_SOFTMAX, **_IMAGENET}),
    _transformers("rt-detr", {**_SIGMOID, **_PLAIN}),
    _transformers("rt-detr", {**_SIGMOID, **_PLAIN}, "dynamic"),
    _transformers("rt-detr-v2", {**_SIGMOID, **_PLAIN}),
    _transformers("d-fine", {**_SIGMOID, **_PLAIN}),
    _transformers("resnet", {**_SOFTMAX, **_HALF}, side=384),
    _transformers("vit", {**_SOFTMAX, **_HALF}),
)


def _torchvision(
    network: str, variant: str = "", *, side: int = 0, activation: str = "", **options: Option
) -> Case:
    classes = 21
    said = {"labels": "\n".join(labels_of(classes)), "activation": activation}
    return Case(
        library="torchvision",
        network=network,
        variant=variant,
        width=side or INPUT_WIDTH_PX,
        height=side or INPUT_HEIGHT_PX,
        classes=classes,
        options=options,
        said={key: value for key, value in said.items() if value},
    )


_TORCHVISION = (
    _torchvision("fasterrcnn_mobilenet_v3_large_320_fpn"),
    _torchvision("ssdlite320_mobilenet_v3_large", side=320),
    _torchvision("retinanet_resnet50_fpn"),
    _torchvision("fcos_resnet50_fpn"),
    _torchvision("resnet18", side=224, activation="softmax"),
    _torchvision("mobilenet_v3_small", side=224, activation="softmax"),
    _torchvision("resnet18", "dynamo", side=224, activation="softmax", dynamo=True),
)


def _rfdetr(network: str, width: int, height: int, variant: str = "", **options: Option) -> Case:
    classes = 12
    return Case(
        library="rfdetr",
        network=network,
        variant=variant,
        width=width,
        height=height,
        classes=classes,
        options=options,
        said={"labels": "\n".join(labels_of(classes))},
    )


_RFDETR = (
    _rfdetr("RFDETRNano", 320, 256),
    _rfdetr("RFDETRNano", 320, 256, "dynamic", dynamic_batch=True),
    _rfdetr("RFDETRSegNano", 264, 240),
)


def _yolox(
    network: str,
    variant: str = "",
    said: Mapping[str, str] | None = None,
    *,
    decoded: bool = False,
    **options: Option,
) -> Case:
    classes = 20
    labels = "\n".join(labels_of(classes))
    return Case(
        library="yolox",
        network=network,
        variant=variant,
        classes=classes,
        options={"decode_in_inference": decoded, **options},
        said={"labels": labels, "decoded": str(decoded).lower(), **(said or {})},
    )


_YOLOX = (
    _yolox("yolox-nano"),
    _yolox("yolox-s"),
    _yolox("yolox-s", "decoded", decoded=True),
    # Of a batch of any size the file does not say how many cells there are.
    _yolox("yolox-s", "dynamic", {"adapter": "yolox"}, dynamic=True),
)


def _paddle(
    network: str, normalised: Mapping[str, str], variant: str = "", **options: Option
) -> Case:
    classes = 15
    return Case(
        library="paddle",
        network=network,
        variant=variant,
        classes=classes,
        options=options,
        said={"labels": "\n".join(labels_of(classes)), **normalised},
    )


_PADDLE = (
    _paddle("ppyoloe", _IMAGENET),
    _paddle("ppyoloe-plus", _PLAIN),
    _paddle("ppyoloe-plus", _PLAIN, "dynamic", dynamic=True),
    _paddle("picodet", _IMAGENET),
)


def _yolo_nas(variant: str = "", listed: str = "") -> Case:
    classes = 17
    return Case(
        library="super_gradients",
        network="yolo_nas_s",
        variant=variant,
        classes=classes,
        options={"listed": listed},
        said={"labels": "\n".join(labels_of(classes))},
    )


_YOLO_NAS = (_yolo_nas(), _yolo_nas("batch", "batch"), _yolo_nas("flat", "flat"))


def _yolov7(variant: str = "", *, classes: int = 18, **options: Option) -> Case:
    labels = "\n".join(labels_of(classes)) if classes > 1 else "thing"
    return Case(
        library="yolov7",
        network="yolov7",
        variant=variant,
        classes=classes,
        options=options,
        said={"labels": labels},
    )


_YOLOV7 = (
    _yolov7(),
    _yolov7("1 class", classes=1),
    _yolov7("end to end", end2end=True),
    _yolov7("end to end, 1 class", classes=1, end2end=True),
    _yolov7("end to end, dynamic", end2end=True, dynamic=True),
)

_FACES = (
    Case(library="opencv", network="yunet", classes=1),
    Case(library="facexlib", network="retinaface", classes=1),
)

CASES: tuple[Case, ...] = (
    *(*_ULTRALYTICS, *_TRANSFORMERS, *_TORCHVISION),
    *(*_RFDETR, *_YOLOX, *_PADDLE, *_YOLO_NAS, *_YOLOV7, *_FACES),
)


def chosen(families: tuple[str, ...]) -> tuple[Case, ...]:
    """The cases of some libraries or networks; of none named, all.

    Raises:
        ValueError: one names no case.
    """
    for family in families:
        if not any(_is_of(case, family) for case in CASES):
            raise ValueError(f"{family!r} is no library, network or case")
    return tuple(
        case for case in CASES if not families or any(_is_of(case, family) for family in families)
    )


def _is_of(case: Case, family: str) -> bool:
    return family in (case.library, case.network, case.name)
