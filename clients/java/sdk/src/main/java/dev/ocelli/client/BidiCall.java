package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import dev.ocelli.v1.StreamWindow;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A running stream: gRPC's thread fills an inbox, the caller's empties it, a third one sends. */
final class BidiCall<I, Q extends MessageLite, R, A> implements AnswerStream<A> {
  private final ClientCall<Q, R> call;
  private final PendingItems<I, Q, R, A> pending;
  private final Sender<I, Q> sender;
  private final StreamCodec<I, Q, R, A> codec;

  /** Messages, then a status. Its size is bounded by what is requested of gRPC. */
  private final BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();

  private Consumer<? super StreamWindow> windowListener = window -> {};
  private volatile StreamWindow window;
  private boolean opened;
  private A next;
  private boolean over;

  BidiCall(
      StreamCodec<I, Q, R, A> codec,
      Iterator<? extends I> items,
      Channel channel,
      int maxMessageBytes) {
    this.codec = codec;
    // The listener below never waits, so gRPC's own thread may run it.
    call = channel.newCall(codec.method(), CallOptions.DEFAULT.withExecutor(Runnable::run));
    pending = new PendingItems<>(codec, maxMessageBytes);
    sender = new Sender<>(items, pending::encode, call);
    call.start(new Inbox(), new Metadata());
    call.request(1);
    call.sendMessage(codec.config());
  }

  @Override
  public StreamWindow window() {
    open();
    if (!opened) {
      throw new IllegalStateException("the stream was left before the server granted a window");
    }
    return window;
  }

  @Override
  public AnswerStream<A> onWindow(Consumer<? super StreamWindow> listener) {
    windowListener = listener;
    return this;
  }

  @Override
  public boolean hasNext() {
    open();
    while (next == null && !over) {
      next = guarded(this::receive);
    }
    return next != null;
  }

  @Override
  public A next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream has ended");
    }
    var answer = next;
    next = null;
    return answer;
  }

  @Override
  public void close() {
    next = null;
    if (!over) {
      end();
      call.cancel("the stream was left", null);
    }
  }

  private void open() {
    if (!opened && !over) {
      opened = guarded(this::receiveFirst);
    }
  }

  private boolean receiveFirst() throws InterruptedException {
    var message = take();
    if (message == null || codec.window(message) == null) {
      throw Failures.broken("the server's first message on the stream was not its window");
    }
    report(codec.window(message));
    return true;
  }

  /** Takes what comes next; null if it was a window or the end. */
  private A receive() throws InterruptedException {
    var message = take();
    if (message == null) {
      finish();
      return null;
    }
    var changed = codec.window(message);
    if (changed != null) {
      report(changed);
      return null;
    }
    var answer = pending.answer(message);
    call.request(1);
    sender.answered();
    return answer;
  }

  private void report(StreamWindow granted) {
    call.request(1); // in place of the window, so that all answers keep their room
    windowListener.accept(granted);
  }

  /** Raises what kept the stream from ending well. */
  private void finish() {
    end();
    if (sender.failure() instanceof RuntimeException theirs) {
      throw theirs;
    } else if (sender.failure() instanceof Error theirs) {
      throw theirs;
    }
    pending.close();
  }

  /** The next message; null if the stream ended well. */
  @SuppressWarnings("unchecked") // what is no status is a message
  private R take() throws InterruptedException {
    var event = inbox.take();
    if (!(event instanceof Status status)) {
      return (R) event;
    }
    if (!status.isOk()) {
      end();
      throw OcelliException.from(status.asRuntimeException());
    }
    return null;
  }

  private <T> T guarded(Step<T> step) {
    try {
      return step.run();
    } catch (InterruptedException interrupted) {
      close();
      Thread.currentThread().interrupt();
      throw Failures.of(Code.CANCELLED, "interrupted while waiting for an answer", "", interrupted);
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  private void end() {
    over = true;
    sender.stop();
  }

  private interface Step<T> {
    T run() throws InterruptedException;
  }

  private final class Inbox extends ClientCall.Listener<R> {
    /** Messages that gRPC may hand over at once, beside the one that a window takes up. */
    private int requested;

    @Override
    public void onMessage(R message) {
      var granted = codec.window(message);
      if (granted != null) {
        adapt(granted);
      }
      inbox.add(message);
    }

    @Override
    public void onReady() {
      sender.flushed();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      inbox.add(status);
    }

    /** Keeps to a window as soon as it comes, even if answers before it wait to be read. */
    private void adapt(StreamWindow granted) {
      window = granted;
      // A window without room would make the sender wait for ever.
      int room = Math.max(1, granted.getMaxUnansweredFrames());
      if (room > requested) {
        call.request(room - requested);
        requested = room;
      }
      pending.limit(granted.getMaxMessageBytes());
      sender.resize(room);
    }
  }
}
