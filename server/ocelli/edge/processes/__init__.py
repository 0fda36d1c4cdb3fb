"""Processes: children that cannot outlive the edge, their supervision, workers."""
