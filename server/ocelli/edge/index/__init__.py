"""Vectors with payloads in named collections: `validated_index` for callers, `port` for engines."""
