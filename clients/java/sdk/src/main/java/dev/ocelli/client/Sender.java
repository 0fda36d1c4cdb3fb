package dev.ocelli.client;

import io.grpc.ClientCall;
import java.util.Iterator;
import java.util.function.Function;

/** Draws the items of a stream, each when there is room for it and not before. */
final class Sender<I, Q> implements Runnable {
  private final Iterator<? extends I> items;
  private final Function<I, Q> encode;
  private final ClientCall<Q, ?> call;
  private final Thread thread = new Thread(this, "ocelli-stream");
  private int maxUnanswered;
  private int unanswered;
  private boolean ended;
  private volatile Throwable failure;

  Sender(Iterator<? extends I> items, Function<I, Q> encode, ClientCall<Q, ?> call) {
    this.items = items;
    this.encode = encode;
    this.call = call;
    thread.setDaemon(true);
  }

  /** Lets so many items be unanswered from now on; the first time starts the thread. */
  synchronized void resize(int newMaxUnanswered) {
    maxUnanswered = newMaxUnanswered;
    if (thread.getState() == Thread.State.NEW && !ended) {
      thread.start();
    }
    notifyAll();
  }

  /** Counts an answer that the caller has taken. */
  synchronized void answered() {
    unanswered--;
    notifyAll();
  }

  /** Tells that the connection may have taken what it was given. */
  synchronized void flushed() {
    notifyAll();
  }

  /** Lets the thread go, whatever it waits for. */
  void stop() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    thread.interrupt();
  }

  /** What drawing an item threw, or null. */
  Throwable failure() {
    return failure;
  }

  /** Sends until the items or the stream end. */
  @Override
  public void run() {
    try {
      while (awaitRoom() && items.hasNext()) {
        var item = items.next();
        // The window may have shrunk while the item was drawn.
        if (!awaitRoom()) {
          return;
        }
        var message = encode.apply(item);
        count();
        call.sendMessage(message);
      }
    } catch (InterruptedException stopped) {
      return;
    } catch (RuntimeException | Error theirs) {
      failure = theirs; // raised to the reader after the answers to what was sent
    }
    endSending();
  }

  private synchronized boolean awaitRoom() throws InterruptedException {
    // A window of large frames is more than the connection should hold.
    while (!ended && (unanswered >= maxUnanswered || !call.isReady())) {
      wait();
    }
    return !ended;
  }

  private synchronized void count() {
    unanswered++;
  }

  private synchronized void endSending() {
    if (!ended) {
      call.halfClose(); // not allowed on a call that was cancelled
    }
  }
}
