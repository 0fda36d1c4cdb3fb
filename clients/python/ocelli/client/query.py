"""What to search for, as a value."""

from dataclasses import dataclass

from ocelli.client.enums import number_of
from ocelli.client.errors import invalid_request
from ocelli.client.filters import Filter
from ocelli.client.image import ImageLike, PixelFormat, RegionLike, Tolerance, pack_image
from ocelli.client.region import REGION_USES, RegionUse
from ocelli.client.vector import VectorLike, pack_vector
from ocelli.v1 import search_pb2

DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchQuery:
    """One search. Exactly one of image, text, vector and id must be given."""

    image: ImageLike | None = None
    """Embedded by the collection's model."""
    text: str | None = None
    """Embedded by the collection's model, if it takes texts."""
    vector: VectorLike | None = None
    """As many finite values as the collection's dimension."""
    id: str | None = None
    """A stored point, which is not among the hits itself."""
    filter: Filter | None = None
    """Only points that match; see `ocelli.client.filters`."""
    limit: int = DEFAULT_LIMIT
    """Most hits to return, 1 to 1000."""
    offset: int = 0
    """Nearest hits, or groups, to pass over; with `limit` at most 10 000."""
    group_by: str = ""
    """A keyword or integer field: of points that share a value there only the nearest is a hit."""
    score_threshold: float | None = None
    """Worst score to return: lowest for cosine and dot, highest for Euclid."""
    with_payload: bool = True
    """Return the hits' payloads."""
    with_vector: bool = False
    """Return the hits' vectors."""
    region: RegionLike | None = None
    """The part of the image to look at."""
    region_use: RegionUse = "best"
    """Which part of the image to search with, in a collection that has a detector."""
    pixel_format: PixelFormat | None = None
    """How an array's values are to be read."""
    tolerance: Tolerance | None = None
    """What to do with a damaged or cut file. None: the server's setting."""


def pack_query(collection: str, query: SearchQuery) -> search_pb2.SearchRequest:
    """Packs a search. Reads the file if its image is a path.

    Raises:
        InvalidRequest: it does not have exactly one query, its vector is not numbers, its limit is
            below 1, or its offset below 0.
        ImageError: as `pack_image`.
    """
    given = (query.image, query.text, query.vector, query.id)
    if sum(one is not None for one in given) != 1:
        raise invalid_request("give exactly one of image, text, vector, id", field="query")
    if query.limit < 1:
        raise invalid_request(f"limit is {query.limit}; expected 1 to 1000", field="limit")
    if query.offset < 0:
        raise invalid_request(f"offset is {query.offset}; expected 0 or more", field="offset")
    image = None
    if query.image is not None:
        image = pack_image(
            query.image,
            region=query.region,
            pixel_format=query.pixel_format,
            tolerance=query.tolerance,
        )
    return search_pb2.SearchRequest(
        collection=collection,
        image=image,
        text=query.text,
        vector=None if query.vector is None else pack_vector(query.vector),
        id=query.id,
        filter=query.filter,
        limit=query.limit,
        offset=query.offset,
        group_by=query.group_by,
        score_threshold=query.score_threshold,
        with_payload=query.with_payload,
        with_vector=query.with_vector,
        region_use=number_of(REGION_USES, query.region_use, "region_use"),
    )
