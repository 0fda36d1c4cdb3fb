"""Who cancelled."""

import asyncio


def is_task_cancelled() -> bool:
    """Tells a cancellation of the running task from one of what the task waits for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
