package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.ClassifyFrame;
import dev.ocelli.v1.ClassifyFrameAnswer;
import dev.ocelli.v1.ClassifyServiceGrpc;
import dev.ocelli.v1.ClassifyStreamConfig;
import dev.ocelli.v1.ClassifyStreamRequest;
import dev.ocelli.v1.ClassifyStreamResponse;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Tells what the frames of a video show. */
record ClassifyStreamCodec(ClassifyStreamConfig settings)
    implements StreamCodec<
        Frame, ClassifyStreamRequest, ClassifyStreamResponse, ClassifyFrameAnswer> {

  @Override
  public MethodDescriptor<ClassifyStreamRequest, ClassifyStreamResponse> method() {
    return ClassifyServiceGrpc.getClassifyStreamMethod();
  }

  @Override
  public ClassifyStreamRequest config() {
    return ClassifyStreamRequest.newBuilder().setConfig(settings).build();
  }

  @Override
  public ClassifyStreamRequest encode(long position, Frame frame) {
    return message(header(position, frame).setImage(frame.image()));
  }

  @Override
  public ClassifyStreamRequest encodeEmpty(long position, Frame frame) {
    return message(header(position, frame));
  }

  @Override
  public ClassifyFrameAnswer fail(long position, Frame frame, Status error) {
    return ClassifyFrameAnswer.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs())
        .setError(error)
        .build();
  }

  @Override
  public StreamWindow window(ClassifyStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public ClassifyFrameAnswer answer(ClassifyStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }

  private static ClassifyFrame.Builder header(long position, Frame frame) {
    return ClassifyFrame.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs());
  }

  private static ClassifyStreamRequest message(ClassifyFrame.Builder frame) {
    return ClassifyStreamRequest.newBuilder().setFrame(frame).build();
  }
}
