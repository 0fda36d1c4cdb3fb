"""The order in which the nodes of a GraphDef can be translated."""

from collections.abc import Container, Sequence

from ocelli.models.tfjs_file import Node, UnsupportedGraphError


def ancestors(nodes: Sequence[Node], inputs: Container[str], outputs: Sequence[str]) -> list[Node]:
    """What the outputs need, producers before consumers, as far back as the inputs.

    Args:
        nodes: of the graph, in any order.
        inputs: names of nodes that something else takes the place of.
        outputs: names of nodes.

    Raises:
        UnsupportedGraphError: if a node is missing or needs itself.
    """
    by_name = {node["name"]: node for node in nodes}
    done: dict[str, Node] = {}
    entered: set[str] = set()
    stack = list(reversed(outputs))
    while stack:
        name = stack[-1]
        if name in done or name in inputs:
            stack.pop()
            continue
        if name not in by_name:
            raise UnsupportedGraphError(f"the graph has no node {name}")
        producers = [source.partition(":")[0] for source in sources(by_name[name])]
        missing = [name for name in producers if name not in done and name not in inputs]
        if not missing:
            done[name] = by_name[stack.pop()]
        elif name in entered:
            raise UnsupportedGraphError(f"node {name} needs itself")
        else:
            entered.add(name)
            stack.extend(reversed(missing))
    return list(done.values())


def sources(node: Node) -> list[str]:
    """The tensors that a node reads; nodes that only have to run before it are not among them."""
    return [name for name in node.get("input", []) if not name.startswith("^")]
