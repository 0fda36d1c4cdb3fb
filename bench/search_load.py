"""How much an index takes and answers when it is asked by many at once."""

import asyncio
import contextlib
import time

import grpc

from bench.search_asked import NAME, TIMEOUT_S, create, store
from bench.search_data import Vectors
from ocelli.client import connect_async
from ocelli.v1 import search_pb2, vector_pb2

_CLIENTS = 16
_CALLS = 100
_UPSERTED = 50_000
_UPSERTERS = 2
_SEARCH = "/ocelli.v1.SearchService/Search"
_HEALTH = "/grpc.health.v1.Health/Check"
_AS_IT_IS = bytes


async def searches_per_s(address: str, queries: Vectors) -> float:
    """Searches a second, k = 10, that sixteen clients get together."""
    requests = [
        search_pb2.SearchRequest(
            collection=NAME, vector=vector_pb2.Vector(values=query.tolist())
        ).SerializeToString()
        for query in queries
    ]
    return await _calls_per_s(address, _SEARCH, requests)


async def empty_calls_per_s(address: str) -> float:
    """Calls a second that the same clients get of the edge if there is nothing to do: its health.

    What gRPC itself takes of the machine, on both sides, is in every search, too.
    """
    return await _calls_per_s(address, _HEALTH, [b""])


async def _calls_per_s(address: str, method: str, requests: list[bytes]) -> float:
    """Calls a second of sixteen clients together, on a channel each.

    Their messages are packed before and not unpacked, so that the machine is left to the edge: a
    client in Python takes as much of it as the edge does.
    """

    async def ask(channel: grpc.aio.Channel, offset: int) -> None:
        call = channel.unary_unary(method, _AS_IT_IS, _AS_IT_IS)
        for number in range(_CALLS):
            await call(requests[(offset + number) % len(requests)], timeout=TIMEOUT_S)

    async with contextlib.AsyncExitStack() as stack:
        channels = [
            await stack.enter_async_context(grpc.aio.insecure_channel(address))
            for _ in range(_CLIENTS)
        ]
        for _ in range(2):  # the first time warms it up
            began_s = time.perf_counter()
            await asyncio.gather(*(ask(each, 7 * place) for place, each in enumerate(channels)))
            took_s = time.perf_counter() - began_s
    return _CLIENTS * _CALLS / took_s


async def upserts_per_s(address: str, stored: Vectors) -> float:
    """Points acknowledged a second: numpy arrays in batches of a thousand, two calls at a time.

    They go into a collection of their own, which is deleted; its graph is built meanwhile.
    """
    name = f"{NAME}-upserts"
    count = min(len(stored), _UPSERTED)
    part = count // _UPSERTERS
    async with connect_async(address) as client:
        await create(client, name)
        began_s = time.perf_counter()
        await asyncio.gather(
            *(
                store(client, stored, part * place, part * (place + 1), name)
                for place in range(_UPSERTERS)
            )
        )
        took_s = time.perf_counter() - began_s
        await client.collections.delete(name)
    return part * _UPSERTERS / took_s
