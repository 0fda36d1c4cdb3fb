"""The least that a proxy can do: bytes in, bytes out, in one asyncio process.

`python -m bench.copying_proxy HOST:PORT TRITON` serves ModelInfer alone, with nothing around it.
"""

import asyncio
import sys
from typing import Any

import grpc

_SERVICE = "inference.GRPCInferenceService"
_MAX_BYTES = 64 << 20
_OPTIONS = [
    ("grpc.max_receive_message_length", _MAX_BYTES),
    ("grpc.max_send_message_length", _MAX_BYTES),
]


async def serve(address: str, triton: str) -> None:
    """Serves until it is ended."""
    async with grpc.aio.insecure_channel(triton, options=_OPTIONS) as channel:
        call: Any = channel.unary_unary(f"/{_SERVICE}/ModelInfer", None, None)

        async def infer(request: bytes, context: Any) -> bytes:  # noqa: ANN401  # grpc.aio's
            answer: bytes = await call(request, timeout=context.time_remaining())
            return answer

        server = grpc.aio.server(options=_OPTIONS)
        handlers = {"ModelInfer": grpc.unary_unary_rpc_method_handler(infer)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, handlers),))
        server.add_insecure_port(address)
        await server.start()
        await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
