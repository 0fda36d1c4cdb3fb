"""Where the time of a call went."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Durations in microseconds.

    Attributes:
        decode_us: reading the header, decoding, orienting and resizing.
        queue_us: waiting for a decoding thread.
        inference_us: from handing the tensor to Triton to having its answer.
        postprocess_us: turning the model's outputs into the answer.
        total_us: from the arrival of the message to the answer, all of the above included.
    """

    decode_us: int = 0
    queue_us: int = 0
    inference_us: int = 0
    postprocess_us: int = 0
    total_us: int = 0
