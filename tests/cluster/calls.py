"""Calls of the edges as a client of gRPC that balances over them makes them, with a key.

The SDK's own connection sends no key in plain text to another machine, as the pods are from the
node.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc

from ocelli.client import ChannelOptions
from ocelli.v1 import detect_pb2, detect_pb2_grpc, image_pb2

EDGES = "dns:///ocelli-headless.vision:8500"
SERVICE = "ocelli.vision:8500"
TIMEOUT_S = 20.0


@dataclass
class Caller:
    """Detects in one photo.

    Attributes:
        address: of whom it calls.
        key: what it shows, if anything.
        photo: an image file.
        max_attempts: as the SDK's.
    """

    address: str
    key: str
    photo: bytes
    max_attempts: int = ChannelOptions().max_attempts

    def __post_init__(self) -> None:
        options = ChannelOptions(max_attempts=self.max_attempts).as_grpc()
        # Each caller has connections of its own.
        own = [*options, ("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(self.address, own)
        self._stub = detect_pb2_grpc.DetectServiceStub(self.channel)

    def detect(self) -> list[str]:
        """The labels found."""
        request = detect_pb2.DetectRequest(image=image_pb2.Image(encoded=self.photo))
        metadata = [("authorization", f"Bearer {self.key}")] if self.key else []
        answer = self._stub.Detect(request, timeout=TIMEOUT_S, metadata=metadata)
        return [one.label for one in answer.result.detections]


@dataclass
class Tally:
    """What became of many calls.

    Attributes:
        answered: those with an answer.
        failed: why the others have none.
    """

    answered: int = 0
    failed: list[str] = field(default_factory=list)


@contextmanager
def calling(key: str, photo: bytes, callers: int, pause_s: float = 0) -> Iterator[Tally]:
    """Has several call all edges, one call after the other each, until the end of the body."""
    tally = Tally()
    lock = threading.Lock()
    stopped = threading.Event()

    def call() -> None:
        caller = Caller(EDGES, key, photo)
        with caller.channel:
            while not stopped.is_set():
                try:
                    caller.detect()
                except grpc.RpcError as error:
                    with lock:
                        tally.failed.append(f"{error.code()}: {error.details()}")
                    time.sleep(0.1)
                else:
                    with lock:
                        tally.answered += 1
                    time.sleep(pause_s)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        yield tally
    finally:
        stopped.set()
        for thread in threads:
            thread.join(2 * TIMEOUT_S)
