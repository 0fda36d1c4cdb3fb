"""The embedded engine: a folder on this machine, opened by one process of its own."""
