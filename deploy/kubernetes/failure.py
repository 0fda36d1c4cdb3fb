"""Why there is no cluster."""


class ClusterError(Exception):
    """The cluster cannot be had; one line says why."""
