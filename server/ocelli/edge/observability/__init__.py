"""Metrics of the edge, and the port that serves them (Prometheus text format)."""
