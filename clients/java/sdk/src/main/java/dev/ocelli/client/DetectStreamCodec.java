package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectServiceGrpc;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.DetectStreamRequest;
import dev.ocelli.v1.DetectStreamResponse;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Finds objects in the frames of a video. */
record DetectStreamCodec(DetectStreamConfig settings)
    implements StreamCodec<Frame, DetectStreamRequest, DetectStreamResponse, DetectFrameAnswer> {

  @Override
  public MethodDescriptor<DetectStreamRequest, DetectStreamResponse> method() {
    return DetectServiceGrpc.getDetectStreamMethod();
  }

  @Override
  public DetectStreamRequest config() {
    return DetectStreamRequest.newBuilder().setConfig(settings).build();
  }

  @Override
  public DetectStreamRequest encode(long position, Frame frame) {
    return message(header(position, frame).setImage(frame.image()));
  }

  @Override
  public DetectStreamRequest encodeEmpty(long position, Frame frame) {
    return message(header(position, frame));
  }

  @Override
  public DetectFrameAnswer fail(long position, Frame frame, Status error) {
    return DetectFrameAnswer.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs())
        .setError(error)
        .build();
  }

  @Override
  public StreamWindow window(DetectStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public DetectFrameAnswer answer(DetectStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }

  private static DetectFrame.Builder header(long position, Frame frame) {
    return DetectFrame.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs());
  }

  private static DetectStreamRequest message(DetectFrame.Builder frame) {
    return DetectStreamRequest.newBuilder().setFrame(frame).build();
  }
}
