package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import dev.ocelli.v1.StreamWindow;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** A running stream: a call at a time, a thread that sends, and the caller's, which reads. */
final class BidiCall<I, Q extends MessageLite, R, A> implements AnswerStream<A> {
  private final StreamCodec<I, Q, R, A> codec;
  private final StreamOpener opener;
  private final CallOptions options;
  private final Resumption resumption;
  private final ItemEncoder<I, Q, A> encoder;
  private final Sender<I, Q, A> sender;

  private Consumer<? super StreamWindow> windowListener = window -> {};
  private volatile StreamWindow window;

  /** Whether the first window of the stream was read. */
  private boolean granted;

  private StreamCall<Q, R> current;

  /** Whether the first window of the current call was read. */
  private boolean opened;

  private A next;
  private boolean over;

  BidiCall(StreamCodec<I, Q, R, A> codec, Iterator<? extends I> items, StreamOpener opener) {
    this.codec = codec;
    this.opener = opener;
    // Calls never wait in their listener, so gRPC's own thread may run it.
    options = opener.options().withExecutor(Runnable::run);
    resumption = new Resumption(opener.defaults().resumeLimit());
    encoder = new ItemEncoder<>(codec, opener.defaults().maxMessageBytes());
    sender = new Sender<>(items, encoder::encode, resumption.isWanted());
    open();
  }

  @Override
  public StreamWindow window() {
    while (!granted && !over) {
      next = guarded(this::receive);
    }
    if (!granted) {
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
      current.cancel();
    }
  }

  private void open() {
    opened = false;
    var call = opener.channel().newCall(codec.method(), options);
    current =
        new StreamCall<>(
            call,
            codec::window,
            (latest, room) -> {
              window = latest;
              encoder.limit(latest.getMaxMessageBytes());
              sender.resize(call, room);
            },
            sender::flushed);
    current.start(codec.config());
  }

  /** Takes what comes next; null if it was a window or an end. */
  @SuppressWarnings("unchecked") // what is no status is a message
  private A receive() throws InterruptedException {
    var event = current.take();
    if (event instanceof Status status) {
      leave(status);
      return null;
    }
    var message = (R) event;
    var changed = codec.window(message);
    if (changed != null) {
      report(changed);
      return null;
    }
    checkOpened();
    return answer(message);
  }

  private void report(StreamWindow changed) {
    granted = true;
    opened = true;
    current.taken();
    if (!sender.hasUnanswered()) {
      resumption.succeeded();
    }
    windowListener.accept(changed);
  }

  private A answer(R message) {
    var answer = codec.answer(message);
    var item = answer == null ? null : sender.answered();
    if (item == null) {
      throw Failures.broken("the server sent a message on the stream that answers no item");
    }
    current.taken();
    resumption.succeeded();
    return item.failure() == null ? answer : item.failure();
  }

  /** Ends with the call, or goes on with another one. */
  private void leave(Status status) throws InterruptedException {
    if (status.isOk()) {
      checkOpened();
      finish();
      return;
    }
    var error = OcelliException.from(status.asRuntimeException());
    if (!resumption.await(error)) {
      end();
      throw error;
    }
    opener.reconnect();
    open();
  }

  private void checkOpened() {
    if (!opened) {
      throw Failures.broken("the server's first message on the stream was not its window");
    }
  }

  /** Raises what kept the stream from ending well. */
  private void finish() {
    end();
    if (sender.failure() instanceof RuntimeException theirs) {
      throw theirs;
    } else if (sender.failure() instanceof Error theirs) {
      throw theirs;
    }
    if (sender.hasUnanswered()) {
      throw Failures.broken("the server ended the stream and left items unanswered");
    }
  }

  private <T> T guarded(Step<T> step) {
    try {
      return step.run();
    } catch (InterruptedException interrupted) {
      close();
      throw Failures.interrupted("interrupted while waiting for an answer", interrupted);
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
}
