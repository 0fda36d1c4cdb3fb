"""Where frames come from: files, folders of images, cameras and addresses.

Needs the extra `media`. Keeping up with a camera while a slower server looks at its frames:

    with open_source("rtsp://camera.local/main") as source:
        for answer in client.detect_stream(read.frame for read in source.frames()):
            print(answer.capture_time_us, answer.result, source.dropped)
"""

from ocelli.client.source.base import Source, SourceFrame
from ocelli.client.source.opening import open_source

__all__ = ["Source", "SourceFrame", "open_source"]
