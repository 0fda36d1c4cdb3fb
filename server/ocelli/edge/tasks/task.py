"""The tasks there are."""

from enum import StrEnum


class Task(StrEnum):
    """What a model does, as the parameter `ocelli.task` of its config says."""

    DETECT = "detect"
    EMBED = "embed"
    CLASSIFY = "classify"
    READ = "read"
