"""What each rpc takes: one scope, `service:verb`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

VERBS = ("read", "write", "infer", "admin")


def _of(service: str, prefix: str, **methods: tuple[str, ...]) -> dict[str, str]:
    return {
        f"{service}/{method}": f"{prefix}:{verb}"
        for verb, names in methods.items()
        for method in names
    }


SCOPES: Mapping[str, str] = MappingProxyType(
    {
        **_of("ocelli.v1.DetectService", "detect", infer=("Detect", "DetectStream")),
        **_of("ocelli.v1.ClassifyService", "classify", infer=("Classify", "ClassifyStream")),
        **_of("ocelli.v1.ReadService", "read", infer=("Read",)),
        **_of("ocelli.v1.EmbedService", "embed", infer=("Embed", "EmbedStream")),
        **_of(
            "ocelli.v1.ModelService",
            "model",
            read=("ListModels", "GetModel"),
            admin=("LoadModel", "UnloadModel"),
        ),
        **_of(
            "ocelli.v1.CollectionService",
            "collection",
            read=("GetCollection", "ListCollections", "ListAliases"),
            write=("CreateCollection", "UpdateCollection"),
            admin=("DeleteCollection", "SetAlias", "DeleteAlias"),
        ),
        **_of(
            "ocelli.v1.PointService",
            "point",
            read=("GetPoints", "ListPoints", "CountPoints"),
            write=("UpsertPoints", "DeletePoints", "UpdatePayload", "IndexStream"),
        ),
        **_of(
            "ocelli.v1.SearchService", "search", read=("Search", "BatchSearch", "FindDuplicates")
        ),
        **_of(
            "inference.GRPCInferenceService",
            "triton",
            infer=("ModelInfer", "ModelStreamInfer"),
            read=(
                "ServerLive",
                "ServerReady",
                "ModelReady",
                "ServerMetadata",
                "ModelMetadata",
                "ModelConfig",
                "ModelStatistics",
                "RepositoryIndex",
            ),
            admin=(
                "RepositoryModelLoad",
                "RepositoryModelUnload",
                "SystemSharedMemoryStatus",
                "SystemSharedMemoryRegister",
                "SystemSharedMemoryUnregister",
                "CudaSharedMemoryStatus",
                "CudaSharedMemoryRegister",
                "CudaSharedMemoryUnregister",
                "TraceSetting",
                "LogSettings",
            ),
        ),
    }
)
"""Method, `ocelli.v1.DetectService/Detect` → scope."""

_SERVICES = frozenset(scope.partition(":")[0] for scope in SCOPES.values())


def checked(pattern: str) -> str:
    """The pattern of scopes itself: `search:read`, `detect:*`, `*:read` or `*`.

    Raises:
        ValueError: it names no service or no verb.
    """
    service, colon, verb = pattern.partition(":")
    known = service in {*_SERVICES, "*"} and verb in {*VERBS, "*"} and pattern != "*:*"
    if pattern != "*" and not (colon and known):
        raise ValueError(
            f"{pattern!r} is no scope; expected service:verb of {', '.join(sorted(_SERVICES))} and "
            f"{', '.join(VERBS)}, either may be '*'"
        )
    return pattern


def narrowed(scopes: Iterable[str], by: Iterable[str]) -> frozenset[str]:
    """The scopes that both give."""
    one, other = frozenset(scopes), frozenset(by)
    if "*" in one:
        return other
    if "*" in other:
        return one
    return _expanded(one) & _expanded(other)


def _expanded(patterns: frozenset[str]) -> frozenset[str]:
    found = set()
    for service in _SERVICES:
        for verb in VERBS:
            if not patterns.isdisjoint((f"{service}:{verb}", f"{service}:*", f"*:{verb}")):
                found.add(f"{service}:{verb}")
    return frozenset(found)
