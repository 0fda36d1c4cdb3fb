"""Calls of `ReadService`."""

from ocelli.client import decode, results
from ocelli.client.errors import invalid_request
from ocelli.client.image import ImageLike, PixelFormat, RegionLike, Tolerance, pack_image
from ocelli.client.requests.call import Call
from ocelli.v1 import read_pb2


def read(
    image: ImageLike,
    *,
    model: str = "",
    model_version: str = "",
    score_threshold: float | None = None,
    max_lines: int = 0,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> Call[read_pb2.ReadRequest, read_pb2.ReadResponse, results.ReadResult]:
    """Reads the lines of text in one image."""
    if max_lines < 0:
        raise invalid_request(
            f"max_lines is {max_lines}; expected 1 to 1000, or 0 for the default",
            field="options.max_lines",
        )
    request = read_pb2.ReadRequest(
        image=pack_image(image, region=region, pixel_format=pixel_format, tolerance=tolerance),
        model=model,
        model_version=model_version,
        options=read_pb2.ReadOptions(score_threshold=score_threshold, max_lines=max_lines),
    )
    return Call(
        lambda stubs: stubs.read.Read,
        request,
        lambda response: decode.read_result(response.result, response.timings),
    )
