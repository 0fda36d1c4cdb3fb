"""Adapters: what the heads of models mean.

An adapter is a class that is constructed from a model's signature, which it refuses if it cannot
read it. Adding one takes a module and a line in the table of its task.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ocelli.edge.vision.adapters import detr, faces, grids, lists, yolo_nms, yolov5, yolov8
from ocelli.edge.vision.adapters.adapter import (
    ClassifyAdapter,
    DetectAdapter,
    EmbedAdapter,
    ModelSignature,
)
from ocelli.edge.vision.adapters.candidates import CandidatesAdapter
from ocelli.edge.vision.adapters.classifier import ClassifierAdapter
from ocelli.edge.vision.adapters.db import DbAdapter
from ocelli.edge.vision.adapters.embedding import EmbeddingAdapter
from ocelli.edge.vision.adapters.mmdetection import MmdetectionAdapter
from ocelli.edge.vision.adapters.paddle import PaddleAdapter
from ocelli.edge.vision.adapters.yolo_nas import YoloNasAdapter, YoloNasFlatAdapter

DETECT_ADAPTERS: Mapping[str, Callable[[ModelSignature], DetectAdapter]] = MappingProxyType(
    {
        "blazeface": faces.BlazeFaceAdapter,
        "candidates": CandidatesAdapter,
        "centerface": faces.CenterFaceAdapter,
        "detr": detr.DetrAdapter,
        "detr_postprocessed": lists.DetrPostprocessedAdapter,
        "efficient_nms": lists.EfficientNmsAdapter,
        "mmdetection": MmdetectionAdapter,
        "nanodet": grids.NanodetAdapter,
        "paddle": PaddleAdapter,
        "retinaface": faces.RetinaFaceAdapter,
        "rfdetr": detr.RfDetrAdapter,
        "rtdetr": detr.RtDetrAdapter,
        "scrfd": faces.ScrfdAdapter,
        "tf_detection": lists.TfDetectionAdapter,
        "torchvision": lists.TorchvisionAdapter,
        "yolo_nas": YoloNasAdapter,
        "yolo_nas_flat": YoloNasFlatAdapter,
        "yolo_nms": yolo_nms.YoloNmsAdapter,
        "yolo_nms_obb": yolo_nms.YoloNmsObbAdapter,
        "yolo_nms_pose": yolo_nms.YoloNmsPoseAdapter,
        "yolo_nms_seg": yolo_nms.YoloNmsSegAdapter,
        "yolov5": yolov5.Yolov5Adapter,
        "yolov7_end2end": yolov5.Yolov7EndToEndAdapter,
        "yolov8": yolov8.Yolov8Adapter,
        "yolov8_obb": yolov8.Yolov8ObbAdapter,
        "yolov8_pose": yolov8.Yolov8PoseAdapter,
        "yolov8_seg": yolov8.Yolov8SegAdapter,
        "yolox": grids.YoloxAdapter,
        "yunet": faces.YunetAdapter,
    }
)

EMBED_ADAPTERS: Mapping[str, Callable[[ModelSignature], EmbedAdapter]] = MappingProxyType(
    {
        "embedding": EmbeddingAdapter,
    }
)

CLASSIFY_ADAPTERS: Mapping[str, Callable[[ModelSignature], ClassifyAdapter]] = MappingProxyType(
    {
        "classifier": ClassifierAdapter,
    }
)

READ_ADAPTERS: Mapping[str, Callable[[ModelSignature], DbAdapter]] = MappingProxyType(
    {
        "db": DbAdapter,
    }
)
