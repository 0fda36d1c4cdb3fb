"""Load on `Detect`: 16 calls in flight on one channel.

Requests are serialised once and sent as they are; answers are parsed, a few microseconds each, to
see that they carry what was found.
"""

import grpc

from bench.errors import UnansweredError
from bench.images import read_messages
from bench.load import TIMEOUT_S, Plan, close_loop, main
from ocelli.v1 import detect_pb2

_DETECT = "/ocelli.v1.DetectService/Detect"


async def generate(plan: Plan) -> None:
    """Calls `plan.target`, an edge, in a closed loop."""
    requests = [
        detect_pb2.DetectRequest(image=image, model=plan.model).SerializeToString()
        for image in read_messages(plan.images)
    ]
    async with grpc.aio.insecure_channel(plan.target) as channel:
        detect: grpc.aio.UnaryUnaryMultiCallable[bytes, detect_pb2.DetectResponse] = (
            channel.unary_unary(_DETECT, None, detect_pb2.DetectResponse.FromString)
        )

        async def ask(number: int, _asker: int) -> None:
            answer = await detect(requests[number % len(requests)], timeout=TIMEOUT_S)
            if not answer.result.detections:
                raise UnansweredError(f"nothing found in image {number}")

        await close_loop(ask, plan)


if __name__ == "__main__":
    main(generate, __doc__)
