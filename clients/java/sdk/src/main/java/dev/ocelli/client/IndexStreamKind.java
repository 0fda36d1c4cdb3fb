package dev.ocelli.client;

import com.google.rpc.Status;
import dev.ocelli.v1.IndexAnswer;
import dev.ocelli.v1.IndexItem;
import dev.ocelli.v1.IndexStreamConfig;
import dev.ocelli.v1.IndexStreamRequest;
import dev.ocelli.v1.IndexStreamResponse;
import dev.ocelli.v1.IndexWindow;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.SearchServiceGrpc;
import io.grpc.MethodDescriptor;

/** Embeds and stores images in bulk. */
record IndexStreamKind(String collection)
    implements StreamKind<
        IndexEntry, IndexStreamRequest, IndexStreamResponse, IndexWindow, IndexAnswer> {

  @Override
  public MethodDescriptor<IndexStreamRequest, IndexStreamResponse> method() {
    return SearchServiceGrpc.getIndexStreamMethod();
  }

  @Override
  public IndexStreamRequest config() {
    var config = IndexStreamConfig.newBuilder().setCollection(collection);
    return IndexStreamRequest.newBuilder().setConfig(config).build();
  }

  @Override
  public Image image(IndexEntry entry) {
    return entry.image().get();
  }

  @Override
  public IndexStreamRequest pack(long position, IndexEntry entry, Image image) {
    var item =
        IndexItem.newBuilder().setId(entry.id()).setImage(image).setPayload(entry.payload());
    return IndexStreamRequest.newBuilder().setItem(item).build();
  }

  @Override
  public IndexStreamRequest blank(long position, IndexEntry entry) {
    // Its payload may be what is too large.
    return IndexStreamRequest.newBuilder()
        .setItem(IndexItem.newBuilder().setId(entry.id()))
        .build();
  }

  @Override
  public IndexAnswer fail(long position, IndexEntry entry, Status error) {
    return IndexAnswer.newBuilder().setId(entry.id()).setError(error).build();
  }

  @Override
  public IndexWindow window(IndexStreamResponse message) {
    return message.hasWindow() ? message.getWindow() : null;
  }

  @Override
  public int maxUnanswered(IndexWindow window) {
    return window.getMaxInFlightImages();
  }

  @Override
  public long maxMessageBytes(IndexWindow window) {
    return window.getMaxMessageBytes();
  }

  @Override
  public IndexAnswer answer(IndexStreamResponse message) {
    return message.hasAnswer() ? message.getAnswer() : null;
  }
}
