"""OpenCV, or a clear word on how to get it."""

try:
    import cv2
except ImportError as error:
    raise ImportError(
        "drawing and video need OpenCV, which is not installed: pip install 'ocelli-vision[media]'"
    ) from error

__all__ = ["cv2"]
