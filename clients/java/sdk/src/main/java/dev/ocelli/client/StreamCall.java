package dev.ocelli.client;

import dev.ocelli.v1.StreamWindow;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/** One call of a stream: gRPC's thread fills its inbox, the caller's empties it. */
final class StreamCall<Q, R> extends ClientCall.Listener<R> {
  private final ClientCall<Q, R> call;
  private final Function<R, StreamWindow> window;
  private final ObjIntConsumer<StreamWindow> granted;
  private final Runnable flushed;

  /** Messages, then a status. Its size is bounded by what is requested of gRPC. */
  private final BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();

  /** Messages that gRPC may hand over at once, beside the one that a window takes up. */
  private int requested;

  /**
   * Prepares a call.
   *
   * @param window reads a window; null if the message is none
   * @param granted takes each window and its room as soon as it comes, even if answers before it
   *     wait to be read
   * @param flushed runs when the connection may have taken what it was given
   */
  StreamCall(
      ClientCall<Q, R> call,
      Function<R, StreamWindow> window,
      ObjIntConsumer<StreamWindow> granted,
      Runnable flushed) {
    this.call = call;
    this.window = window;
    this.granted = granted;
    this.flushed = flushed;
  }

  void start(Q config) {
    call.start(this, new Metadata());
    call.request(1);
    call.sendMessage(config);
  }

  ClientCall<Q, R> call() {
    return call;
  }

  /** Waits for the next message, or for the {@link Status} after the last one. */
  Object take() throws InterruptedException {
    return inbox.take();
  }

  /** Makes room for another message in place of one that was taken. */
  void taken() {
    call.request(1);
  }

  void cancel() {
    call.cancel("the stream was left", null);
  }

  @Override
  public void onMessage(R message) {
    var found = window.apply(message);
    if (found != null) {
      adapt(found);
    }
    inbox.add(message);
  }

  @Override
  public void onReady() {
    flushed.run();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    inbox.add(status);
  }

  private void adapt(StreamWindow found) {
    // A window without room would make the sender wait for ever.
    int room = Math.max(1, found.getMaxUnansweredFrames());
    if (room > requested) {
      call.request(room - requested);
      requested = room;
    }
    granted.accept(found, room);
  }
}
