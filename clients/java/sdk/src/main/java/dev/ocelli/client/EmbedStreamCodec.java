package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.EmbedFrame;
import dev.ocelli.v1.EmbedFrameAnswer;
import dev.ocelli.v1.EmbedServiceGrpc;
import dev.ocelli.v1.EmbedStreamConfig;
import dev.ocelli.v1.EmbedStreamRequest;
import dev.ocelli.v1.EmbedStreamResponse;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Embeds the frames of a video, or texts. */
record EmbedStreamCodec(EmbedStreamConfig settings)
    implements StreamCodec<Frame, EmbedStreamRequest, EmbedStreamResponse, EmbedFrameAnswer> {

  @Override
  public MethodDescriptor<EmbedStreamRequest, EmbedStreamResponse> method() {
    return EmbedServiceGrpc.getEmbedStreamMethod();
  }

  @Override
  public EmbedStreamRequest config() {
    return EmbedStreamRequest.newBuilder().setConfig(settings).build();
  }

  @Override
  public EmbedStreamRequest encode(long position, Frame frame) {
    var packed = header(position, frame);
    var input = frame.input().get();
    if (input instanceof Input.OfImage image) {
      packed.setImage(image.image());
    } else if (input instanceof Input.OfText text) {
      packed.setText(text.text());
    }
    return message(packed);
  }

  @Override
  public EmbedStreamRequest encodeEmpty(long position, Frame frame) {
    return message(header(position, frame));
  }

  @Override
  public EmbedFrameAnswer fail(long position, Frame frame, Status error) {
    return EmbedFrameAnswer.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs())
        .setError(error)
        .build();
  }

  @Override
  public StreamWindow window(EmbedStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public EmbedFrameAnswer answer(EmbedStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }

  private static EmbedFrame.Builder header(long position, Frame frame) {
    return EmbedFrame.newBuilder()
        .setFrameId(frame.idAt(position))
        .setCaptureTimeUs(frame.captureTimeUs());
  }

  private static EmbedStreamRequest message(EmbedFrame.Builder frame) {
    return EmbedStreamRequest.newBuilder().setFrame(frame).build();
  }
}
