"""Load on `ModelInfer`: 16 calls in flight on one channel, with ready tensors for a detector."""

import grpc
import numpy as np
from tritonclient.grpc import service_pb2

from bench.errors import UnansweredError
from bench.load import TIMEOUT_S, Plan, close_loop, main
from bench.trivial_model import SIDE_PX

_INFER = "/inference.GRPCInferenceService/ModelInfer"
_TENSORS = 4
_MAX_BYTES = 64 << 20


async def generate(plan: Plan) -> None:
    """Calls `plan.target`, whoever serves Triton's protocol there, in a closed loop."""
    random = np.random.default_rng(1)
    requests = []
    for _ in range(_TENSORS):
        pixels = random.integers(0, 256, (1, SIDE_PX, SIDE_PX, 3), np.uint8)
        request = service_pb2.ModelInferRequest(
            model_name=plan.model, raw_input_contents=[pixels.tobytes()]
        )
        request.inputs.add(name="images", datatype="UINT8", shape=pixels.shape)
        requests.append(request.SerializeToString())
    options = [("grpc.max_send_message_length", _MAX_BYTES)]
    async with grpc.aio.insecure_channel(plan.target, options=options) as channel:
        infer: grpc.aio.UnaryUnaryMultiCallable[bytes, service_pb2.ModelInferResponse] = (
            channel.unary_unary(_INFER, None, service_pb2.ModelInferResponse.FromString)
        )

        async def ask(number: int, _asker: int) -> None:
            answer = await infer(requests[number % _TENSORS], timeout=TIMEOUT_S)
            if not answer.raw_output_contents:
                raise UnansweredError("no tensors came back")

        await close_loop(ask, plan)


if __name__ == "__main__":
    main(generate, __doc__)
