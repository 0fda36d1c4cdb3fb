"""What was read as messages."""

from ocelli.edge.services.messages.image import warning_messages
from ocelli.edge.tasks.read import ReadPage
from ocelli.v1 import read_pb2


def read_result(read: ReadPage) -> read_pb2.ReadResult:
    """What one image says."""
    return read_pb2.ReadResult(
        lines=[
            read_pb2.TextLine(
                text=line.text,
                score=line.score,
                corners=[read_pb2.TextCorner(x=x, y=y) for x, y in line.corners.tolist()],
            )
            for line in read.lines
        ],
        width=read.width,
        height=read.height,
        model=read.model.name,
        model_version=read.version,
        warnings=warning_messages(read.warnings),
        unread_lines=read.unread,
    )
