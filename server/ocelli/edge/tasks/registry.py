"""One entry per task; describing models, readiness, listing and metrics follow from it.

Adding a task takes a module with its head and its work, an entry here, a service, and a value in
the contract's enum.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ocelli.edge.tasks import classify_head, detect_head, embed_head, read_head
from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.describe import TaskEntry
from ocelli.edge.triton.describe_input import Usual
from ocelli.edge.vision.letterbox import Resize

TASKS: Mapping[Task, TaskEntry] = MappingProxyType(
    {
        Task.DETECT: TaskEntry(
            service="ocelli.v1.DetectService", read_head=detect_head.read, usual=Usual()
        ),
        Task.EMBED: TaskEntry(
            service="ocelli.v1.EmbedService",
            read_head=embed_head.read,
            usual=Usual(antialias=True),
            takes_text=True,
        ),
        Task.CLASSIFY: TaskEntry(
            service="ocelli.v1.ClassifyService",
            read_head=classify_head.read,
            usual=Usual(antialias=True, resize=Resize.COVER),
        ),
        Task.READ: TaskEntry(
            service="ocelli.v1.ReadService", read_head=read_head.read, usual=Usual()
        ),
    }
)
