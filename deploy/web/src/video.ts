// Frames of a playing video or camera, the newest when there is capacity for one.

/** One frame, as it is sent and as it is drawn. */
export interface CapturedFrame {
  /** The frame as a JPEG, at most 1280 pixels on its longer side. */
  jpeg: Blob;
  /** The same frame, to be drawn and then closed. */
  bitmap: ImageBitmap;
}

const MAX_SIDE = 1280;
const JPEG_QUALITY = 0.85;

/** Plays a file or a camera, unseen. Rejects if the browser cannot. */
export async function play(source: File | MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  if (source instanceof File) {
    video.src = URL.createObjectURL(source);
  } else {
    video.srcObject = source;
  }
  try {
    await video.play();
  } catch (error) {
    release(video);
    throw new Error("this browser cannot play the video; try MP4 (H.264) or WebM", {
      cause: error,
    });
  }
  return video;
}

/** Ends the playing, the camera and the file's address. */
export function release(video: HTMLVideoElement): void {
  video.pause();
  if (video.srcObject instanceof MediaStream) {
    for (const track of video.srcObject.getTracks()) {
      track.stop();
    }
  }
  const address = video.src;
  video.removeAttribute("src");
  video.srcObject = null;
  video.load();
  URL.revokeObjectURL(address);
}

/**
 * Captures a frame each time one is drawn from it: the one that the video shows next, until it ends.
 * Frames that play in between are passed over. Of a video that is paused, the frame that stands is
 * the first.
 */
export async function* newestFrames(
  video: HTMLVideoElement,
  signal: AbortSignal,
): AsyncGenerator<CapturedFrame> {
  if (video.paused && !video.ended) {
    yield capture(video);
  }
  while (await nextFrame(video, signal)) {
    yield capture(video);
  }
}

async function capture(video: HTMLVideoElement): Promise<CapturedFrame> {
  const scale = Math.min(1, MAX_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const width = Math.round(video.videoWidth * scale);
  const height = Math.round(video.videoHeight * scale);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
  const [jpeg, bitmap] = await Promise.all([
    canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY }),
    createImageBitmap(canvas),
  ]);
  return { jpeg, bitmap };
}

/** Waits for the next frame; false if there will be none. */
function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted || video.ended) {
      resolve(false);
      return;
    }
    const settle = (isThere: boolean) => {
      video.cancelVideoFrameCallback(handle);
      video.removeEventListener("ended", over);
      signal.removeEventListener("abort", over);
      resolve(isThere);
    };
    const over = () => settle(false);
    const handle = video.requestVideoFrameCallback(() => settle(true));
    video.addEventListener("ended", over);
    signal.addEventListener("abort", over);
  });
}
