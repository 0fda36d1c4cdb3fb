package dev.ocelli.client;

import io.grpc.ClientCall;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Draws the items of a stream, each when there is room for it and not before. */
final class Sender<I, Q> implements Runnable {
  private final Iterator<? extends I> items;
  private final Function<I, Q> pack;
  private final ClientCall<Q, ?> call;
  private final Semaphore room = new Semaphore(0);
  private final Thread thread = new Thread(this, "ocelli-stream");
  private boolean ended;
  private volatile Throwable failure;

  Sender(Iterator<? extends I> items, Function<I, Q> pack, ClientCall<Q, ?> call) {
    this.items = items;
    this.pack = pack;
    this.call = call;
    thread.setDaemon(true);
  }

  /** Lets this many more items be sent; the first time starts the thread. */
  void grant(int more) {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    room.release(more);
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
      while (roomForAnother() && items.hasNext()) {
        call.sendMessage(pack.apply(items.next()));
      }
    } catch (InterruptedException stopped) {
      return;
    } catch (RuntimeException | Error theirs) {
      failure = theirs; // raised to the reader after the answers to what was sent
    }
    endSending();
  }

  private boolean roomForAnother() throws InterruptedException {
    room.acquire();
    synchronized (this) {
      // A window of large frames is more than the connection should hold.
      while (!ended && !call.isReady()) {
        wait();
      }
      return !ended;
    }
  }

  private synchronized void endSending() {
    if (!ended) {
      call.halfClose(); // a call that was cancelled would not stand it
    }
  }
}
