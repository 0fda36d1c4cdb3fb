package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.EmbedFrame;
import dev.ocelli.v1.EmbedFrameAnswer;
import dev.ocelli.v1.EmbedServiceGrpc;
import dev.ocelli.v1.EmbedStreamConfig;
import dev.ocelli.v1.EmbedStreamRequest;
import dev.ocelli.v1.EmbedStreamResponse;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Embeds the frames of a video. */
record EmbedStreamKind(EmbedStreamConfig settings)
    implements StreamKind<
        Frame, EmbedStreamRequest, EmbedStreamResponse, StreamWindow, EmbedFrameAnswer> {

  @Override
  public MethodDescriptor<EmbedStreamRequest, EmbedStreamResponse> method() {
    return EmbedServiceGrpc.getEmbedStreamMethod();
  }

  @Override
  public EmbedStreamRequest config() {
    return EmbedStreamRequest.newBuilder().setConfig(settings).build();
  }

  @Override
  public Image image(Frame frame) {
    return frame.image().get();
  }

  @Override
  public EmbedStreamRequest pack(long position, Frame frame, Image image) {
    var packed =
        EmbedFrame.newBuilder()
            .setFrameId(frame.id().orElse(position))
            .setCaptureTimeUs(frame.captureTimeUs())
            .setImage(image);
    return EmbedStreamRequest.newBuilder().setFrame(packed).build();
  }

  @Override
  public EmbedFrameAnswer fail(long position, Frame frame, Status error) {
    return EmbedFrameAnswer.newBuilder()
        .setFrameId(frame.id().orElse(position))
        .setCaptureTimeUs(frame.captureTimeUs())
        .setError(error)
        .build();
  }

  @Override
  public StreamWindow window(EmbedStreamResponse message) {
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
  public EmbedFrameAnswer answer(EmbedStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }
}
