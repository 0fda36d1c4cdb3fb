"""Who may import what: the wire stays at the edge of the edge."""

import ast
from pathlib import Path

EDGE = Path(__file__).parents[1] / "server" / "ocelli" / "edge"
WIRE = ("grpc", "grpc_health", "grpc_reflection", "google.protobuf", "google.rpc", "ocelli.v1")
MAY = ("services", "server", "triton", "index/embedded")
INSIDE_TASKS = ("ocelli.edge.services", "ocelli.edge.server")


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def is_of(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def test_grpc_and_protobuf_stay_in_their_rooms() -> None:
    wrong = {
        str(path.relative_to(EDGE)): sorted(
            module for module in imported(path) if is_of(module, WIRE)
        )
        for path in EDGE.rglob("*.py")
        if not str(path.relative_to(EDGE)).startswith(MAY)
    }
    assert {path: modules for path, modules in wrong.items() if modules} == {}


def test_tasks_and_what_lies_below_know_no_services() -> None:
    for room in ("tasks", "vision", "triton", "index", "scheduling", "processes", "observability"):
        for path in (EDGE / room).rglob("*.py"):
            above = {module for module in imported(path) if is_of(module, INSIDE_TASKS)}
            assert not above, f"{path.relative_to(EDGE)} imports {above}"


def test_the_vector_engine_is_imported_by_its_own_process_alone() -> None:
    for path in EDGE.rglob("*.py"):
        if "index/embedded/engine" not in str(path):
            assert not any(is_of(module, ("qdrant_edge",)) for module in imported(path)), path
