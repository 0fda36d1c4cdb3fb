"""The blocking client."""

from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Self

import grpc

from ocelli.client import requests
from ocelli.client.channel import (
    DEFAULT_ADDRESS,
    DEFAULT_MAX_MESSAGE_BYTES,
    DEFAULT_TIMEOUT_S,
    ChannelOptions,
)
from ocelli.client.detection import MaskFormat
from ocelli.client.filters import Filter
from ocelli.client.health import READY_SERVICE, HealthStatus
from ocelli.client.image import ImageLike, IndexItem, PixelFormat, RegionLike, Tolerance
from ocelli.client.priority import Priority
from ocelli.client.query import DEFAULT_LIMIT, SearchQuery
from ocelli.client.region import RegionUse
from ocelli.client.requests.call import OnWindow
from ocelli.client.requests.frames import FrameLike, stream_options
from ocelli.client.requests.search import OnProgress
from ocelli.client.results import (
    ClassifyResult,
    DetectResult,
    DuplicateGroup,
    EmbedResult,
    FrameAnswer,
    IndexAnswer,
    OverflowPolicy,
    ReadResult,
    SearchAnswer,
    SearchResult,
)
from ocelli.client.security import Token, secure
from ocelli.client.sync.collections import Collections
from ocelli.client.sync.connection import Connection
from ocelli.client.sync.models import Models
from ocelli.client.sync.points import Points
from ocelli.client.tls import Tls
from ocelli.client.vector import VectorLike


class Client:
    """A connection to an Ocelli server. Threads may share one.

    Every call raises an `OcelliError`, drawn as a tree in `ocelli.client.errors`, and takes at most
    `timeout_s` seconds: the call's own, or else the client's.

    Attributes:
        address: where the server is.
        collections: create, get, list, update and delete collections.
        points: upsert, get, list, count and delete stored points, and change their payloads.
        models: list, get, load and unload models.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.address = connection.address
        self.collections = Collections(connection)
        self.points = Points(connection)
        self.models = Models(connection)

    def detect(
        self,
        image: ImageLike,
        *,
        model: str = "",
        model_version: str = "",
        score_threshold: float | None = None,
        iou_threshold: float | None = None,
        max_detections: int = 0,
        labels: Iterable[str] = (),
        mask_format: MaskFormat | None = None,
        region: RegionLike | None = None,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        timeout_s: float | None = None,
    ) -> DetectResult:
        """Finds objects in one image.

        Args:
            image: a path, the bytes of an image file, a uint8 array (**RGB** unless
                `pixel_format` says otherwise) or a PIL image; see `ImageLike`.
            model: name of a detection model; empty: the server's default.
            model_version: of those that `models.get` shows; empty: the newest, or its canary.
            score_threshold: lowest score to report, 0 to 1; None: the model's default.
            iou_threshold: largest overlap of two boxes of one class, 0 to 1; None: the model's.
            max_detections: most objects to report, best first; 0: 100.
            labels: report only these; empty: all.
            mask_format: how to tell each object's pixels, if the model finds them; None: not at
                all, which is faster.
            region: x_min, y_min, x_max, y_max in pixels: look only there. Boxes stay in the
                coordinates of the whole image.
            pixel_format: how an array's values are to be read.
            tolerance: what to do with a damaged or cut file; None: the server's setting.
            timeout_s: seconds that the call may take.
        """
        options = requests.detect.detect_options(
            score_threshold, iou_threshold, max_detections, labels, mask_format
        )
        call = requests.detect.detect(
            image,
            model=model,
            model_version=model_version,
            options=options,
            region=region,
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.invoke(call, timeout_s)

    def detect_stream(
        self,
        frames: Iterable[FrameLike],
        *,
        model: str = "",
        model_version: str = "",
        score_threshold: float | None = None,
        iou_threshold: float | None = None,
        max_detections: int = 0,
        labels: Iterable[str] = (),
        mask_format: MaskFormat | None = None,
        overflow_policy: OverflowPolicy = "block",
        max_frame_age_ms: int = 0,
        max_in_flight_frames: int = 0,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        on_window: OnWindow | None = None,
        resume_s: float = 0.0,
        timeout_s: float | None = None,
    ) -> Generator[FrameAnswer[DetectResult], None, None]:
        """Finds objects in the frames of a video; yields one answer per frame, in order.

        Frames are drawn as the server's window has room for them, in another thread, so a camera or
        a file of any length costs no more memory than the window. A frame that fails does not end
        the stream: its answer carries the error. Leaving the loop cancels the stream.

        Args:
            frames: images, or `Frame` objects where ids, times or regions matter.
            model: as for `detect`.
            model_version: as for `detect`.
            score_threshold: as for `detect`.
            iou_threshold: as for `detect`.
            max_detections: as for `detect`.
            labels: as for `detect`.
            mask_format: as for `detect`.
            overflow_policy: "block": every frame is looked at, and a slow server makes `frames`
                wait; "keep_latest": the newest frames are, and older waiting ones are answered as
                dropped.
            max_frame_age_ms: drop frames that waited longer than this at the server; 0: none.
            max_in_flight_frames: most frames under way at once; 0: the server's choice.
            pixel_format: how arrays are to be read, for frames that do not say.
            tolerance: what to do with damaged or cut files, for frames that do not say; None: the
                server's setting.
            on_window: called with what the server lets the stream have under way: at its beginning
                and whenever that changes.
            resume_s: go on where the server drains, restarts or is overloaded, or the connection
                breaks: another stream is opened, and what was not answered is sent again, with
                the positions it had. The stream fails once there was no answer for so many
                seconds. Images are kept until they are answered: give arrays that do not change.
                0: the stream fails at once, with the ids of what was sent and not answered in
                the error's `unanswered`.
            timeout_s: seconds that the whole stream may take; None: no bound. A connection that
                dies is noticed by its keepalive in either case.
        """
        call = requests.detect.detect_stream(
            model=model,
            model_version=model_version,
            options=requests.detect.detect_options(
                score_threshold, iou_threshold, max_detections, labels, mask_format
            ),
            stream=stream_options(overflow_policy, max_frame_age_ms, max_in_flight_frames),
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.stream(call, frames, timeout_s, on_window, resume_s)

    def classify(
        self,
        image: ImageLike,
        *,
        model: str = "",
        model_version: str = "",
        top_k: int = 0,
        score_threshold: float | None = None,
        labels: Iterable[str] = (),
        region: RegionLike | None = None,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        timeout_s: float | None = None,
    ) -> ClassifyResult:
        """Says what one image, or a region of it, shows.

        Args:
            image: as for `detect`.
            model: name of a classification model; empty: the server's default.
            model_version: as for `detect`.
            top_k: most classes to report, best first; 0: 5.
            score_threshold: lowest score to report, 0 to 1; None: 0.
            labels: report only these; empty: all.
            region: x_min, y_min, x_max, y_max in pixels: look only there.
            pixel_format: how an array's values are to be read.
            tolerance: what to do with a damaged or cut file; None: the server's setting.
            timeout_s: seconds that the call may take.
        """
        options = requests.classify.classify_options(top_k, score_threshold, labels)
        call = requests.classify.classify(
            image,
            model=model,
            model_version=model_version,
            options=options,
            region=region,
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.invoke(call, timeout_s)

    def classify_stream(
        self,
        frames: Iterable[FrameLike],
        *,
        model: str = "",
        model_version: str = "",
        top_k: int = 0,
        score_threshold: float | None = None,
        labels: Iterable[str] = (),
        overflow_policy: OverflowPolicy = "block",
        max_frame_age_ms: int = 0,
        max_in_flight_frames: int = 0,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        on_window: OnWindow | None = None,
        resume_s: float = 0.0,
        timeout_s: float | None = None,
    ) -> Generator[FrameAnswer[ClassifyResult], None, None]:
        """Says what the frames of a video show; yields one answer per frame, in order.

        Behaves as `detect_stream`; `model`, `model_version`, `top_k`, `score_threshold` and
        `labels` are as for `classify`.
        """
        call = requests.classify.classify_stream(
            model=model,
            model_version=model_version,
            options=requests.classify.classify_options(top_k, score_threshold, labels),
            stream=stream_options(overflow_policy, max_frame_age_ms, max_in_flight_frames),
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.stream(call, frames, timeout_s, on_window, resume_s)

    def read(
        self,
        image: ImageLike,
        *,
        model: str = "",
        model_version: str = "",
        score_threshold: float | None = None,
        max_lines: int = 0,
        region: RegionLike | None = None,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        timeout_s: float | None = None,
    ) -> ReadResult:
        """Reads the lines of text in one image, or in a region of it.

        Args:
            image: as for `detect`.
            model: name of a model that finds lines; empty: the server's default.
            model_version: as for `detect`.
            score_threshold: lowest score of a line to report, 0 to 1; None: the model's default.
            max_lines: most lines to read, the surest to be text; 0: 200.
            region: x_min, y_min, x_max, y_max in pixels: read only there. Corners stay in the
                coordinates of the whole image.
            pixel_format: how an array's values are to be read.
            tolerance: what to do with a damaged or cut file; None: the server's setting.
            timeout_s: seconds that the call may take.
        """
        call = requests.read.read(
            image,
            model=model,
            model_version=model_version,
            score_threshold=score_threshold,
            max_lines=max_lines,
            region=region,
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.invoke(call, timeout_s)

    def embed(
        self,
        image: ImageLike | None = None,
        *,
        text: str | None = None,
        model: str = "",
        model_version: str = "",
        raw: bool = False,
        region: RegionLike | None = None,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        timeout_s: float | None = None,
    ) -> EmbedResult:
        """Turns one image or text into a vector whose nearness to others means likeness.

        Args:
            image: as for `detect`.
            text: in place of an image, for models that take texts, or share a space with one.
            model: name of an embedding model; empty: the server's default.
            model_version: as for `detect`.
            raw: return the vector as the model gave it instead of scaled to length 1.
            region: as for `detect`.
            pixel_format: how an array's values are to be read.
            tolerance: what to do with a damaged or cut file; None: the server's setting.
            timeout_s: seconds that the call may take.
        """
        call = requests.embed.embed(
            image,
            text=text,
            model=model,
            model_version=model_version,
            raw=raw,
            region=region,
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.invoke(call, timeout_s)

    def embed_stream(
        self,
        frames: Iterable[FrameLike],
        *,
        model: str = "",
        model_version: str = "",
        raw: bool = False,
        overflow_policy: OverflowPolicy = "block",
        max_frame_age_ms: int = 0,
        max_in_flight_frames: int = 0,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        on_window: OnWindow | None = None,
        resume_s: float = 0.0,
        timeout_s: float | None = None,
    ) -> Generator[FrameAnswer[EmbedResult], None, None]:
        """Embeds the frames of a video; yields one answer per frame, in order.

        Behaves as `detect_stream`; `model`, `model_version` and `raw` are as for `embed`. Texts go
        as `Frame(text="…")`.
        """
        call = requests.embed.embed_stream(
            model=model,
            model_version=model_version,
            raw=raw,
            stream=stream_options(overflow_policy, max_frame_age_ms, max_in_flight_frames),
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.stream(call, frames, timeout_s, on_window, resume_s)

    def search(
        self,
        collection: str,
        *,
        image: ImageLike | None = None,
        text: str | None = None,
        vector: VectorLike | None = None,
        id: str | None = None,  # noqa: A002  the contract's and everyone's word for it
        filter: Filter | None = None,  # noqa: A002  the contract's word
        limit: int = DEFAULT_LIMIT,
        offset: int = 0,
        group_by: str = "",
        score_threshold: float | None = None,
        with_payload: bool = True,
        with_vector: bool = False,
        region: RegionLike | None = None,
        region_use: RegionUse = "best",
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        timeout_s: float | None = None,
    ) -> SearchResult:
        """Finds the stored points nearest to an image, a text, a vector or a stored point.

        Args:
            collection: its name.
            image: embedded by the collection's model; as for `detect`.
            text: embedded by the collection's model, if it takes texts.
            vector: as many finite values as the collection's dimension.
            id: a stored point, which is not among the hits itself.
            filter: only points that match; see `ocelli.client.filters`.
            limit: most hits to return, 1 to 1000.
            offset: nearest hits, or groups, to pass over; with `limit` at most 10 000.
            group_by: a keyword or integer field: of points that share a value there only the
                nearest is a hit.
            score_threshold: worst score to return: lowest for cosine and dot, highest for Euclid.
            with_payload: return the hits' payloads.
            with_vector: return the hits' vectors.
            region: the part of the image to look at.
            region_use: which part of the image to search with, in a collection that has a detector.
            pixel_format: how an array's values are to be read.
            tolerance: what to do with a damaged or cut file; None: the server's setting.
            timeout_s: seconds that the call may take.
        """
        query = SearchQuery(
            image=image,
            text=text,
            vector=vector,
            id=id,
            filter=filter,
            limit=limit,
            offset=offset,
            group_by=group_by,
            score_threshold=score_threshold,
            with_payload=with_payload,
            with_vector=with_vector,
            region=region,
            region_use=region_use,
            pixel_format=pixel_format,
            tolerance=tolerance,
        )
        return self._connection.invoke(requests.search.search(collection, query), timeout_s)

    def batch_search(
        self,
        collection: str,
        queries: Iterable[SearchQuery],
        *,
        timeout_s: float | None = None,
    ) -> tuple[SearchAnswer, ...]:
        """Searches up to 100 times in one call. Each search succeeds or fails alone.

        Their limits may add up to 10 000.

        Args:
            collection: its name.
            queries: what to search for, as the arguments of `search`.
            timeout_s: seconds that all searches together may take.

        Returns:
            The answers, in the order of the queries.
        """
        call = requests.search.batch_search(collection, queries)
        return self._connection.invoke(call, timeout_s)

    def find_duplicates(
        self,
        collection: str,
        *,
        score_threshold: float,
        filter: Filter | None = None,  # noqa: A002  the contract's word
        with_payload: bool = False,
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
    ) -> Generator[DuplicateGroup, None, None]:
        """Yields groups of points that are nearly the same, largest first.

        Each point of a group is at least as near to another one of it as the threshold says. All
        points are looked at before the first group comes, which may take minutes.

        Args:
            collection: its name.
            score_threshold: how near, at least: the lowest score for cosine and dot, the highest
                for Euclid.
            filter: only points that match; see `ocelli.client.filters`.
            with_payload: return the points' payloads.
            on_progress: called about every second with how far it has come.
            timeout_s: seconds that all of it may take; None: no bound.
        """
        call = requests.search.find_duplicates(
            collection,
            score_threshold=score_threshold,
            filter=filter,
            with_payload=with_payload,
            on_progress=on_progress,
        )
        return self._connection.answers(call, timeout_s)

    def index(
        self,
        collection: str,
        items: Iterable[IndexItem],
        *,
        pixel_format: PixelFormat | None = None,
        tolerance: Tolerance | None = None,
        on_window: OnWindow | None = None,
        resume_s: float = 0.0,
        timeout_s: float | None = None,
    ) -> Generator[IndexAnswer, None, None]:
        """Embeds and stores images or texts; yields one answer per item, in order, once stored.

        Items are drawn as the server has room for them. An item that fails does not end the
        stream: its answer carries the error.

        Args:
            collection: name of a collection that has a model.
            items: ids, images and payloads.
            pixel_format: how arrays are to be read, for items that do not say.
            tolerance: what to do with damaged or cut files, for items that do not say; None: the
                server's setting.
            on_window: as for `detect_stream`.
            resume_s: as for `detect_stream`; a point that was stored already is stored again.
            timeout_s: seconds that the whole stream may take; None: no bound.
        """
        call = requests.index.index_stream(
            collection, pixel_format=pixel_format, tolerance=tolerance
        )
        return self._connection.stream(call, items, timeout_s, on_window, resume_s)

    def health(self, service: str = "", *, timeout_s: float | None = None) -> HealthStatus:
        """Asks for the status of the server (""), a service or a model.

        Args:
            service: such as `ocelli.v1.DetectService` or `model/nanodet`.
            timeout_s: seconds that the call may take.
        """
        return self._connection.health(service, timeout_s)

    def watch_health(self, service: str = "") -> Generator[HealthStatus, None, None]:
        """Yields a service's status now and whenever it changes, until the loop is left."""
        return self._connection.watch_health(service)

    def wait_until_ready(self, timeout_s: float = 30.0, *, service: str = READY_SERVICE) -> None:
        """Waits until a service is SERVING.

        Args:
            timeout_s: longest time to wait, in seconds.
            service: as for `health`; by default the one that serves once Triton answers.

        Raises:
            Unavailable: it is not, after `timeout_s` seconds; the message says what it was last.
        """
        self._connection.wait_until_ready(service, timeout_s)

    def close(self) -> None:
        """Ends all calls and the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.address!r})"


def connect(
    address: str = DEFAULT_ADDRESS,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
    tls: Tls | bool = False,
    token: Token | None = None,
    credentials: grpc.ChannelCredentials | None = None,
    priority: Priority = "interactive",
    options: ChannelOptions | None = None,
) -> Client:
    """Makes a client. Nothing is sent before the first call.

    Args:
        address: host:port, or any target that gRPC resolves.
        timeout_s: seconds that a unary call may take, unless it says otherwise.
        max_message_bytes: largest message sent or received. The server has a limit of its own.
        tls: True for TLS with a certificate from a public authority, or what to trust and to show.
        token: an API key of the server, or another bearer token that it or a proxy asks for, or a
            function that gives one for each call. It goes over TLS, or to this machine.
        credentials: in place of `tls`, whatever gRPC has. None and no `tls`: plain text.
        priority: of all calls; "batch" for those that are to get what interactive ones leave.
        options: all settings of the connection; `max_message_bytes` is then taken from here.

    Raises:
        InvalidRequest: a file of `tls` cannot be used, or these arguments contradict each other.
    """
    connection = Connection(
        address,
        timeout_s=timeout_s,
        security=secure(tls, token, credentials, address=address),
        options=options or ChannelOptions(max_message_bytes=max_message_bytes),
        priority=priority,
    )
    return Client(connection)
