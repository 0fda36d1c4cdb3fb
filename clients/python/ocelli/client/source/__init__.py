"""Where frames come from: files, folders of images, cameras and addresses.

Needs the extra `media`. Keeping up with a camera while a slower server looks at its frames:

    with open_source("rtsp://camera.local/main") as source:
        for answer in client.detect_stream(shot.frame for shot in source.shots()):
            print(answer.capture_time_us, answer.result, source.dropped)
"""

from ocelli.client.source.opening import open_source
from ocelli.client.source.shot import Shot, Source

__all__ = ["Shot", "Source", "open_source"]
