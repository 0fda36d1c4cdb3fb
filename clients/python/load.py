"""Load for the comparison of languages: one `DetectStream` over the SDK, its window kept full.

Prints `measuring` once it is warm and, at the end of its window, one line of JSON: frames answered,
seconds, latencies, and its own CPU.
"""

import argparse
import itertools
import json
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ocelli.client import connect

_IN_FLIGHT = 16


def main() -> None:
    """Loads a server as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, type=Path)
    parser.add_argument("--warm-up-s", required=True, type=float)
    parser.add_argument("--duration-s", required=True, type=float)
    asked = parser.parse_args()
    images = [path.read_bytes() for path in sorted(asked.images.glob("*.jpg"))]
    if not images:
        parser.error(f"{asked.images} has no .jpg files")
    print(json.dumps(_load(asked, images)), flush=True)


def _load(asked: argparse.Namespace, images: list[bytes]) -> dict[str, float]:
    sent_s: deque[float] = deque()
    latencies_s: list[float] = []

    def frames() -> Iterator[bytes]:
        for image in itertools.cycle(images):
            sent_s.append(time.perf_counter())
            yield image

    began_s, cpu_s, measuring = time.perf_counter(), 0.0, False
    with connect(asked.target) as client:
        for answer in client.detect_stream(
            frames(), model=asked.model, max_in_flight_frames=_IN_FLIGHT
        ):
            now_s = time.perf_counter()
            latency_s = now_s - sent_s.popleft()
            if answer.result is None or not answer.result.detections:
                raise SystemExit(f"frame {answer.frame_id} came without detections: {answer}")
            if not measuring:
                if now_s - began_s >= asked.warm_up_s:
                    print("measuring", flush=True)
                    began_s, cpu_s, measuring = time.perf_counter(), time.process_time(), True
                continue
            latencies_s.append(latency_s)
            if now_s - began_s >= asked.duration_s:
                break
        seconds, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    p50_ms, p99_ms = np.percentile(np.array(latencies_s) * 1e3, (50, 99))
    return {
        "frames": len(latencies_s),
        "seconds": seconds,
        "p50_ms": float(p50_ms),
        "p99_ms": float(p99_ms),
        "cpu_s": cpu_s,
    }


if __name__ == "__main__":
    main()
