"""Searching and bulk indexing: the calls of `SearchService` that take images."""

from collections.abc import Sequence

from ocelli.client import reading, results
from ocelli.client.errors import invalid_request
from ocelli.client.filters import Filter
from ocelli.client.payload import to_struct
from ocelli.client.image import IndexItem, ImageLike, PixelFormat, RegionLike, blocks
from ocelli.client.image import image as pack_image
from ocelli.client.requests.call import Call, StreamCall, Window
from ocelli.v1 import search_pb2


def search(
    collection: str,
    *,
    image: ImageLike | None = None,
    vector: Sequence[float] | results.FloatVector | None = None,
    id: str | None = None,  # noqa: A002  the contract's and everyone's word for it
    filter: Filter | None = None,  # noqa: A002  the contract's word
    limit: int = 10,
    score_threshold: float | None = None,
    with_vectors: bool = False,
    with_payload: bool = True,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
) -> Call[search_pb2.SearchRequest, search_pb2.SearchResponse, results.SearchResult]:
    """Finds the points nearest to an image, a vector or a stored point."""
    if sum(query is not None for query in (image, vector, id)) != 1:
        raise invalid_request("search needs exactly one of image, vector, id", field="query")
    if limit < 1:
        raise invalid_request(f"limit is {limit}; expected 1 to 1000", field="limit")
    request = search_pb2.SearchRequest(
        collection=collection,
        filter=filter,
        limit=limit,
        score_threshold=score_threshold,
        with_vectors=with_vectors,
        without_payload=not with_payload,
    )
    if image is not None:
        packed = pack_image(image, region=region, pixel_format=pixel_format)
        request.image.CopyFrom(packed)
    elif vector is not None:
        request.vector.values.extend(vector)
    else:
        request.id = id or ""
    return Call(lambda stubs: stubs.search.Search, request, reading.search_result)


def index_stream(
    collection: str, *, pixel_format: PixelFormat | None
) -> StreamCall[
    search_pb2.IndexStreamRequest,
    search_pb2.IndexStreamResponse,
    IndexItem,
    results.IndexAnswer,
]:
    """Embeds and stores images in bulk."""

    def pack(_: int, item: IndexItem) -> search_pb2.IndexStreamRequest:
        return search_pb2.IndexStreamRequest(
            item=search_pb2.IndexItem(
                id=item.id,
                image=pack_image(item.image, pixel_format=pixel_format),
                payload=to_struct(item.payload),
            )
        )

    def read(response: search_pb2.IndexStreamResponse) -> Window | results.IndexAnswer:
        if response.HasField("window"):
            granted = response.window
            return Window(max(1, granted.max_in_flight_images), granted.max_message_bytes)
        return reading.index_answer(response.answer)

    return StreamCall(
        lambda stubs: stubs.search.IndexStream,
        search_pb2.IndexStreamRequest(config=search_pb2.IndexStreamConfig(collection=collection)),
        pack=pack,
        pack_blank=lambda _, item: search_pb2.IndexStreamRequest(
            item=search_pb2.IndexItem(id=item.id)
        ),
        fail=lambda _, item, error: results.IndexAnswer(item.id, error),
        read=read,
        blocks=lambda item: blocks(item.image),
    )
