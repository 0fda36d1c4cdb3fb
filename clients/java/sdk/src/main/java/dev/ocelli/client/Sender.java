package dev.ocelli.client;

import io.grpc.ClientCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;

/**
 * Draws the items of a stream, each when there is room for it and not before, and keeps them in
 * order until they are answered. A thread of its own draws and sends; the reader's takes answers.
 */
final class Sender<I, Q, A> implements Runnable {
  private final Iterator<? extends I> items;
  private final Function<I, PendingItem<Q, A>> encode;
  private final boolean resends;
  private final Thread thread = new Thread(this, "ocelli-stream");

  /** What this call has sent and the caller has not yet seen answered, then what is next. */
  private final Deque<PendingItem<Q, A>> sent = new ArrayDeque<>();

  private final Deque<PendingItem<Q, A>> unsent = new ArrayDeque<>();
  private ClientCall<Q, ?> call;
  private int maxUnanswered;
  private boolean exhausted;
  private boolean halfClosed;
  private boolean ended;
  private volatile Throwable failure;

  /**
   * Makes a sender that waits for its first window.
   *
   * @param resends whether messages are kept until they are answered, for another call
   */
  Sender(Iterator<? extends I> items, Function<I, PendingItem<Q, A>> encode, boolean resends) {
    this.items = items;
    this.encode = encode;
    this.resends = resends;
    thread.setDaemon(true);
  }

  /**
   * Lets so many items be unanswered from now on. The first time starts the thread; another call
   * than before is sent everything that is unanswered.
   */
  synchronized void resize(ClientCall<Q, ?> granted, int newMaxUnanswered) {
    if (granted != call) {
      call = granted;
      halfClosed = false;
      while (!sent.isEmpty()) {
        unsent.addFirst(sent.removeLast());
      }
    }
    maxUnanswered = newMaxUnanswered;
    if (thread.getState() == Thread.State.NEW && !ended) {
      thread.start();
    }
    notifyAll();
  }

  /**
   * Takes the oldest item, which was answered and whose answer the caller takes; null: none was
   * sent.
   */
  synchronized PendingItem<Q, A> answered() {
    notifyAll();
    return sent.poll();
  }

  /** Whether items were drawn that have no answer. */
  synchronized boolean hasUnanswered() {
    return !sent.isEmpty() || !unsent.isEmpty();
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

  /** Sends until the items are answered or the stream ends. */
  @Override
  public void run() {
    try {
      while (awaitTurn()) {
        if (!sendNext()) {
          draw();
        }
      }
    } catch (InterruptedException stopped) {
      // The stream has ended.
    }
  }

  /** Waits until something can be sent or drawn; false if nothing will be any more. */
  private synchronized boolean awaitTurn() throws InterruptedException {
    while (!ended) {
      if (exhausted && unsent.isEmpty() && !halfClosed) {
        halfClosed = true;
        call.halfClose(); // not allowed on a call that was cancelled, so under the lock
      }
      if (halfClosed && !resends) {
        return false;
      }
      // A window of large frames is more than the connection should hold.
      if (!halfClosed && sent.size() < maxUnanswered && call.isReady()) {
        return true;
      }
      wait();
    }
    return false;
  }

  /** Sends the oldest item that is drawn and unsent; false if there is none. */
  private boolean sendNext() {
    PendingItem<Q, A> item;
    ClientCall<Q, ?> current;
    synchronized (this) {
      item = unsent.poll();
      if (item == null) {
        return false;
      }
      sent.add(resends ? item : item.withoutMessage());
      current = call;
    }
    try {
      current.sendMessage(item.message()); // which does nothing if the call has ended since
    } catch (IllegalStateException cancelled) {
      // It was cancelled since, and the reader gets its status.
    }
    return true;
  }

  private void draw() {
    PendingItem<Q, A> drawn = null;
    try {
      if (items.hasNext()) {
        drawn = encode.apply(items.next());
      }
    } catch (RuntimeException | Error theirs) {
      failure = theirs; // raised to the reader after the answers to what was sent
    }
    synchronized (this) {
      if (drawn == null) {
        exhausted = true;
      } else {
        unsent.add(drawn); // and sent in its turn: the window may have shrunk while it was drawn
      }
    }
  }
}
