"""What is found by a search for duplicates, as the contract has it."""

from ocelli.edge.services.messages.point import hit_message
from ocelli.edge.tasks.duplicates import Group, Progress
from ocelli.v1 import search_pb2


def duplicates_message(found: Progress | Group) -> search_pb2.FindDuplicatesResponse:
    """One message of the stream."""
    if isinstance(found, Progress):
        return search_pb2.FindDuplicatesResponse(
            progress=search_pb2.FindDuplicatesProgress(
                points_done=found.points_done, points_total=found.points_total
            )
        )
    return search_pb2.FindDuplicatesResponse(
        group=search_pb2.DuplicateGroup(points=map(hit_message, found.points), size=found.size)
    )
