package dev.ocelli.client;

import com.google.protobuf.MessageLite;
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

/** A running stream: gRPC's thread fills an inbox, the caller's empties it, a third one sends. */
final class Exchange<I, Q extends MessageLite, R, W, A> implements AnswerStream<W, A> {
  private final ClientCall<Q, R> call;
  private final Ledger<I, Q, R, W, A> ledger;
  private final Sender<I, Q> sender;
  private final StreamKind<I, Q, R, W, A> kind;

  /** Messages, then a status. Its size is bounded by what is requested of gRPC. */
  private final BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();

  private W window;
  private A next;
  private boolean over;

  Exchange(
      StreamKind<I, Q, R, W, A> kind,
      Iterator<? extends I> items,
      Channel channel,
      int maxMessageBytes) {
    this.kind = kind;
    // The listener below never waits, so gRPC's own thread may run it.
    call = channel.newCall(kind.method(), CallOptions.DEFAULT.withExecutor(Runnable::run));
    ledger = new Ledger<>(kind, maxMessageBytes);
    sender = new Sender<>(items, ledger::pack, call);
    call.start(new Inbox(), new Metadata());
    call.request(1);
    call.sendMessage(kind.config());
  }

  @Override
  public W window() {
    open();
    if (window == null) {
      throw new IllegalStateException("the stream was left before the server granted a window");
    }
    return window;
  }

  @Override
  public boolean hasNext() {
    open();
    if (next == null && !over) {
      next = receive();
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
    if (window == null && !over) {
      window = guarded(() -> ledger.open(take()));
      var room = Math.max(1, kind.maxUnanswered(window));
      call.request(room);
      sender.grant(room);
    }
  }

  /** Waits for an answer; null at the end. */
  private A receive() {
    var answer = guarded(this::answerOrEnd);
    if (answer != null) {
      call.request(1);
      sender.grant(1);
    }
    return answer;
  }

  private A answerOrEnd() throws InterruptedException {
    var message = take();
    if (message != null) {
      return ledger.answer(message);
    }
    end();
    if (sender.failure() instanceof RuntimeException theirs) {
      throw theirs;
    } else if (sender.failure() instanceof Error theirs) {
      throw theirs;
    }
    ledger.close();
    return null;
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

  private <T> T guarded(Reading<T> reading) {
    try {
      return reading.read();
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

  private interface Reading<T> {
    T read() throws InterruptedException;
  }

  private final class Inbox extends ClientCall.Listener<R> {
    @Override
    public void onMessage(R message) {
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
  }
}
