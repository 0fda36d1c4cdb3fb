"""Why there is no image."""


class ImageError(Exception):
    """The image cannot be had; one line says why and what to do."""
