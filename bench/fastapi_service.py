"""The same job the usual way: FastAPI on uvicorn, and Triton's own asyncio client.

It is meant to be fair, written as one would for production: raw body instead of multipart (no form
to parse), OpenCV's decoder and the letterbox on a pool of one thread per core with OpenCV's own
threads off, a UINT8 tensor, one client for the life of the process, boxes picked with OpenCV's
NMS, an answer that skips FastAPI's encoder. uvicorn runs it on uvloop and httptools without an
access log. It sends its tensor as tritonclient does. Such services decode at full size; with
`BENCH_SHRINK=2` this one decodes at half, as one that was tuned for large images would.

Run: `BENCH_TRITON=host:port uvicorn bench.fastapi_service:app --loop uvloop --http httptools`.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import cv2
import numpy as np
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from numpy.typing import NDArray
from tritonclient.grpc import InferInput, InferRequestedOutput
from tritonclient.grpc.aio import InferenceServerClient

_SIDES_PX = {"nanodet_coco80": 416, "trivial": 640}
_SHRINK = int(os.environ.get("BENCH_SHRINK", "1"))
_DECODE = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2}[_SHRINK]
_PAD = 114
_SCORE_THRESHOLD, _IOU_THRESHOLD = 0.4, 0.6
_TIMEOUT_S = 30.0


@asynccontextmanager
async def _lifespan(service: FastAPI) -> AsyncIterator[None]:
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        async with InferenceServerClient(os.environ["BENCH_TRITON"]) as triton:
            service.state.threads = threads
            service.state.triton = triton
            yield


app = FastAPI(lifespan=_lifespan)


@app.get("/health")
async def health() -> JSONResponse:
    """Answers when the service runs."""
    return JSONResponse({"live": True})


@app.post("/models/{model}/detect")
async def detect(model: str, request: Request) -> JSONResponse:
    """Finds the objects in the image that is the request's body."""
    side = _SIDES_PX.get(model)
    if side is None:
        raise HTTPException(404, f"no model {model!r}")
    body = await request.body()
    loop, state = asyncio.get_running_loop(), request.app.state
    tensor, scale = await loop.run_in_executor(state.threads, _prepare, body, side)
    images = InferInput("images", list(tensor.shape), "UINT8")
    images.set_data_from_numpy(tensor)
    answer = await state.triton.infer(
        model,
        [images],
        outputs=[InferRequestedOutput(name) for name in ("boxes", "scores", "classes")],
        timeout=int(_TIMEOUT_S * 1e6),
        client_timeout=_TIMEOUT_S + 1,
    )
    boxes, scores, classes = (answer.as_numpy(name)[0] for name in ("boxes", "scores", "classes"))
    return JSONResponse({"model": model, "detections": _detections(boxes, scores, classes, scale)})


def _prepare(body: bytes, side: int) -> tuple[NDArray[np.uint8], float]:
    """The tensor [1, side, side, 3], BGR, image at the top left, and its scale as sent."""
    image = cv2.imdecode(np.frombuffer(body, np.uint8), _DECODE)
    if image is None:
        raise HTTPException(422, "the body is no image")
    height, width = image.shape[:2]
    scale = side / max(height, width)
    size = (round(width * scale), round(height * scale))
    tensor = np.full((1, side, side, 3), _PAD, np.uint8)
    cv2.resize(image, size, dst=tensor[0, : size[1], : size[0]])
    return tensor, scale / _SHRINK


def _detections(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    classes: NDArray[np.int32],
    scale: float,
) -> list[dict[str, Any]]:
    likely = scores >= _SCORE_THRESHOLD
    boxes, scores, classes = boxes[likely] / scale, scores[likely], classes[likely]
    corners_and_sizes = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(
        corners_and_sizes.tolist(),
        scores.tolist(),
        classes.tolist(),
        _SCORE_THRESHOLD,
        _IOU_THRESHOLD,
    )
    return [
        {"box": boxes[i].tolist(), "score": float(scores[i]), "class_id": int(classes[i])}
        for i in kept
    ]
