"""The names that users import."""

import ocelli.client

EXPORTED = """
Alias AlreadyExists AsyncClient BatchLatency Box Cancelled ChannelOptions Classification
ClassifyResult Client Collection DeadlineExceeded Detection DetectResult Dropped DuplicateGroup
DuplicateProgress EmbedResult FieldType FieldViolation Filter Frame FrameAnswer HealthStatus Hit
ImageError ImageLike ImageWarning IndexAnswer IndexedRegion IndexItem IndexResult InputKind
InvalidRequest Keypoint Mask MaskFormat MaskPolygons MaskRuns MessageTooLarge Metric ModelCanary
ModelInfo ModelInput ModelState ModelStatistics ModelVersion NotFound NotPossible OcelliError
OrientedBox OverflowPolicy Overloaded PixelFormat Point ReadResult RegionDetector RegionUse
SearchAnswer SearchedRegion SearchQuery SearchResult ServerError StoredPoints StreamWindow Task
TextLine Timings Tls Tolerance TransientError Unavailable UpsertResult all_of any_of between
connect connect_async equals match none_of one_of range_
"""


def test_the_exported_names_are_these() -> None:
    assert sorted(ocelli.client.__all__) == sorted(EXPORTED.split())
    for name in ocelli.client.__all__:
        assert hasattr(ocelli.client, name)
