"""Vectors with payloads in named collections: the port (`port.VectorIndex`) and its engines."""
