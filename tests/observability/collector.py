"""A collector of traces: the receiving end of OTLP over gRPC and HTTP, which keeps what it gets."""

import base64
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

import grpc
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

_IDS = {"traceId", "spanId", "parentSpanId"}


@dataclass(frozen=True)
class Span:
    """One span as it arrived; ids in hexadecimal, attributes as Python's values."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    began_ns: int
    ended_ns: int
    attributes: dict[str, Any]
    links: tuple[str, ...]
    is_error: bool


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Listens from its construction until `close`.

    `endpoint` is what an edge is told, `http_endpoint` what Triton is.
    """

    def __init__(self, address: str = "127.0.0.1:0") -> None:
        self.spans: list[Span] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self._server)
        port = self._server.add_insecure_port(address)
        self.endpoint = f"http://{address.rpartition(':')[0]}:{port}"
        self._server.start()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Http, self.take))
        self.http_endpoint = f"http://127.0.0.1:{self._http.server_port}"
        Thread(target=self._http.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.stop(None)
        self._http.shutdown()
        self._http.server_close()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  # the protocol's name
        self.take(request)
        return trace_service_pb2.ExportTraceServiceResponse()

    def take(self, request: Any) -> None:
        for of_resource in request.resource_spans:
            resource = _attributes(of_resource.resource.attributes)
            for of_scope in of_resource.scope_spans:
                self.spans += [_span(resource, span) for span in of_scope.spans]

    def wait_for(self, enough: Callable[[list[Span]], bool], timeout_s: float = 20) -> list[Span]:
        """What has arrived, once it is enough."""
        deadline_s = time.monotonic() + timeout_s
        while not enough(self.spans):
            assert time.monotonic() < deadline_s, [(s.name, s.trace_id) for s in self.spans]
            time.sleep(0.05)
        return list(self.spans)


class _Http(BaseHTTPRequestHandler):
    """OTLP over HTTP, as JSON, which is how Triton sends."""

    def __init__(self, take: Callable[[Any], None], *arguments: Any) -> None:
        self._take = take
        super().__init__(*arguments)

    def do_POST(self) -> None:  # http.server's name
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])), object_hook=_hex)
        request = trace_service_pb2.ExportTraceServiceRequest()
        self._take(json_format.ParseDict(body, request, ignore_unknown_fields=True))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


def _hex(found: dict[str, Any]) -> dict[str, Any]:
    """Ids are hexadecimal in OTLP's JSON, other than in that of protobuf."""
    for name in _IDS & found.keys():
        found[name] = base64.b64encode(bytes.fromhex(found[name])).decode()
    return found


def children(spans: list[Span], parent: Span) -> list[Span]:
    """The spans right below one, by when they began."""
    found = (span for span in spans if span.parent_id == parent.span_id)
    return sorted(found, key=lambda span: span.began_ns)


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


def _span(resource: dict[str, Any], span: Any) -> Span:
    return Span(
        service=resource["service.name"],
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        kind=span.kind,
        began_ns=span.start_time_unix_nano,
        ended_ns=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        links=tuple(link.span_id.hex() for link in span.links),
        is_error=span.status.code == 2,
    )


if __name__ == "__main__":
    # For a measurement, whose servers should not share a process with it: takes and forgets.
    with Collector(sys.argv[1]) as program:
        print(program.endpoint, flush=True)
        while True:
            time.sleep(1)
            program.spans.clear()
