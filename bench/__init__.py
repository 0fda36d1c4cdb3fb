"""Measuring the edge: `python -m bench.edge`."""
