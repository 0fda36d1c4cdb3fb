"""The call of `PointService` that embeds and stores in bulk."""

from ocelli.client import decode, results
from ocelli.client.image import IndexItem, PixelFormat, Tolerance, blocks, pack_input
from ocelli.client.payload import to_struct
from ocelli.client.requests import frames
from ocelli.client.requests.call import StreamCall
from ocelli.v1 import point_pb2


def index_stream(
    collection: str, *, pixel_format: PixelFormat | None, tolerance: Tolerance | None
) -> StreamCall[
    point_pb2.IndexStreamRequest,
    point_pb2.IndexStreamResponse,
    IndexItem,
    results.IndexAnswer,
]:
    """Embeds and stores images and texts."""

    def pack(_: int, item: IndexItem) -> point_pb2.IndexStreamRequest:
        image, text = pack_input(
            item.image,
            item.text,
            region=item.region,
            pixel_format=item.pixel_format or pixel_format,
            tolerance=item.tolerance or tolerance,
        )
        return point_pb2.IndexStreamRequest(
            item=point_pb2.IndexItem(
                id=item.id, image=image, text=text, payload=to_struct(item.payload)
            )
        )

    def read(
        response: point_pb2.IndexStreamResponse,
    ) -> results.StreamWindow | results.IndexAnswer:
        if response.HasField("window"):
            return frames.window(response.window)
        return decode.index_answer(response.answer)

    return StreamCall(
        lambda stubs: stubs.points.IndexStream,
        point_pb2.IndexStreamRequest(config=point_pb2.IndexStreamConfig(collection=collection)),
        pack=pack,
        pack_blank=lambda _, item: point_pb2.IndexStreamRequest(
            item=point_pb2.IndexItem(id=item.id)
        ),
        fail=lambda _, item, error: results.IndexAnswer(item.id, error=error),
        identify=lambda _, item: item.id,
        read=read,
        blocks=lambda item: blocks(item.image),
    )
