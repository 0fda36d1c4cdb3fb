package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.IndexAnswer;
import dev.ocelli.v1.IndexItem;
import dev.ocelli.v1.IndexStreamConfig;
import dev.ocelli.v1.IndexStreamRequest;
import dev.ocelli.v1.IndexStreamResponse;
import dev.ocelli.v1.PointServiceGrpc;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/** Embeds and stores images, or texts, in bulk. */
record IndexStreamCodec(String collection)
    implements StreamCodec<IndexEntry, IndexStreamRequest, IndexStreamResponse, IndexAnswer> {

  @Override
  public MethodDescriptor<IndexStreamRequest, IndexStreamResponse> method() {
    return PointServiceGrpc.getIndexStreamMethod();
  }

  @Override
  public IndexStreamRequest config() {
    var config = IndexStreamConfig.newBuilder().setCollection(collection);
    return IndexStreamRequest.newBuilder().setConfig(config).build();
  }

  @Override
  public IndexStreamRequest encode(long position, IndexEntry entry) {
    var item = IndexItem.newBuilder().setId(entry.id()).setPayload(entry.payload());
    var input = entry.input().get();
    if (input instanceof Input.OfImage image) {
      item.setImage(image.image());
    } else if (input instanceof Input.OfText text) {
      item.setText(text.text());
    }
    return message(item);
  }

  @Override
  public IndexStreamRequest encodeEmpty(long position, IndexEntry entry) {
    // Its payload may be what is too large.
    return message(IndexItem.newBuilder().setId(entry.id()));
  }

  @Override
  public IndexAnswer fail(long position, IndexEntry entry, Status error) {
    return IndexAnswer.newBuilder().setId(entry.id()).setError(error).build();
  }

  @Override
  public StreamWindow window(IndexStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public IndexAnswer answer(IndexStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }

  private static IndexStreamRequest message(IndexItem.Builder item) {
    return IndexStreamRequest.newBuilder().setItem(item).build();
  }
}
