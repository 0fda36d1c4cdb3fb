"""`ocelli bench` as users run it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ocelli = Callable[..., Any]


def test_bench_prints_a_table(ocelli: Ocelli) -> None:
    done = ocelli("bench", "--duration", 1, "--warmup", 0.1, "--in-flight", 2)
    assert done.code == 0, done.err
    assert done.err == ""
    for text in (
        "detect unary  nanodet_coco80  2 in flight  1 connection  1 image of",
        "p99.9",
        "inference",
        "results per second",
        "images per run at Triton",
        "CPU of this client, ms per answer",
    ):
        assert text in done.out


def test_bench_prints_a_line_of_json(
    ocelli: Ocelli, tmp_path: Path, photo: Callable[[str], bytes]
) -> None:
    for name in ("cat", "coffee"):
        (tmp_path / f"{name}.png").write_bytes(photo(name))
    done = ocelli(
        *("bench", tmp_path, "--json", "--service", "embed", "--mode", "stream", "--rate", 20),
        *("--connections", 2, "--duration", 1, "--warmup", 0),
    )
    assert done.code == 0, done.err
    (line,) = done.lines
    plan, report = line["plan"], line["report"]
    assert (plan["images"], plan["rate"], plan["model"]) == (2, 20, "efficientnet_lite0")
    assert report["requests"] == pytest.approx(20, abs=1)
    assert report["results"] == report["requests"]
    assert set(report["latency_ms"]) == {"p50", "p90", "p99", "p99_9", "max", "mean"}
    assert report["errors"] == {}


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (("--in-flight", 1, "--connections", 2), "does not fill 2 connections", 2),
        (("--rate", 100_000, "--duration", 3600), "over 10,000,000 requests", 2),
        (("--duration", 7200), "--duration", 2),
        (("nope.jpg",), "no such file or folder: nope.jpg", 1),
        (("--model", "nope"), "nope", 1),
        (("--model", "nope", "--address", "127.0.0.1:1"), "is `ocelli serve` running", 1),
    ],
)
def test_what_cannot_be_measured_is_one_line(
    ocelli: Ocelli, arguments: tuple[object, ...], says: str, code: int
) -> None:
    ocelli("bench", *arguments).says(says, code)


def test_a_folder_without_images_is_one_line(ocelli: Ocelli, tmp_path: Path) -> None:
    ocelli("bench", tmp_path).says("there are no images in", 1)
