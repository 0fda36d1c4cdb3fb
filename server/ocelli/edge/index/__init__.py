"""Vectors with payloads in named collections: what callers use (`validated_index`), the port and its engines."""
