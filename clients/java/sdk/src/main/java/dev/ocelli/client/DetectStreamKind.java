package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectServiceGrpc;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.DetectStreamRequest;
import dev.ocelli.v1.DetectStreamResponse;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Finds objects in the frames of a video. */
record DetectStreamKind(DetectStreamConfig settings)
    implements StreamKind<
        Frame, DetectStreamRequest, DetectStreamResponse, StreamWindow, DetectFrameAnswer> {

  @Override
  public MethodDescriptor<DetectStreamRequest, DetectStreamResponse> method() {
    return DetectServiceGrpc.getDetectStreamMethod();
  }

  @Override
  public DetectStreamRequest config() {
    return DetectStreamRequest.newBuilder().setConfig(settings).build();
  }

  @Override
  public Image image(Frame frame) {
    return frame.image().get();
  }

  @Override
  public DetectStreamRequest pack(long position, Frame frame, Image image) {
    var packed =
        DetectFrame.newBuilder()
            .setFrameId(frame.id().orElse(position))
            .setCaptureTimeUs(frame.captureTimeUs())
            .setImage(image);
    return DetectStreamRequest.newBuilder().setFrame(packed).build();
  }

  @Override
  public DetectFrameAnswer fail(long position, Frame frame, Status error) {
    return DetectFrameAnswer.newBuilder()
        .setFrameId(frame.id().orElse(position))
        .setCaptureTimeUs(frame.captureTimeUs())
        .setError(error)
        .build();
  }

  @Override
  public StreamWindow window(DetectStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public int maxUnanswered(StreamWindow window) {
    return FrameWindow.maxUnanswered(window);
  }

  @Override
  public long maxMessageBytes(StreamWindow window) {
    return window.getMaxMessageBytes();
  }

  @Override
  public DetectFrameAnswer answer(DetectStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }
}
