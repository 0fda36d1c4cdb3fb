package dev.ocelli.client;

import io.grpc.ClientCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Draws the items of a stream, each when there is room for it and not before, and keeps them in
 * order until they are answered. A thread of its own draws. Whichever thread makes room sends, one
 * at a time, since what is to be sent again cannot wait for an iterator that waits for its camera.
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
  private boolean sending;
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
  void resize(ClientCall<Q, ?> granted, int newMaxUnanswered) {
    synchronized (this) {
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
    }
    send();
  }

  /** Takes the oldest item, whose answer the caller takes; null if none was sent. */
  PendingItem<Q, A> answered() {
    PendingItem<Q, A> oldest;
    synchronized (this) {
      oldest = sent.poll();
    }
    send();
    return oldest;
  }

  /** Whether items were drawn that have no answer. */
  synchronized boolean hasUnanswered() {
    return !sent.isEmpty() || !unsent.isEmpty();
  }

  /** Tells that the connection may have taken what it was given. */
  void flushed() {
    send();
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

  /** Draws until the items or the stream end. */
  @Override
  public void run() {
    try {
      while (awaitRoom()) {
        draw();
        send();
      }
    } catch (InterruptedException stopped) {
      // The stream has ended.
    }
  }

  /** Waits until an item could be sent at once; false if none will be any more. */
  private synchronized boolean awaitRoom() throws InterruptedException {
    while (!ended && !exhausted && !(unsent.isEmpty() && hasRoom())) {
      wait();
    }
    return !ended && !exhausted;
  }

  private boolean hasRoom() {
    // A window of large frames is more than the connection should hold.
    return call != null && sent.size() < maxUnanswered && call.isReady();
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

  /** Sends what there is room for, unless another thread is at it, which then sees the room. */
  private void send() {
    synchronized (this) {
      if (sending) {
        return;
      }
      sending = true;
    }
    Consumer<? super ClientCall<Q, ?>> step;
    ClientCall<Q, ?> current;
    while (true) {
      synchronized (this) {
        step = next();
        current = call;
        if (step == null) {
          sending = false;
          notifyAll();
          return;
        }
      }
      try {
        step.accept(current); // which does nothing if the call has ended since
      } catch (IllegalStateException cancelled) {
        // It was cancelled since, and the reader gets its status.
      }
    }
  }

  /** What to do to the call; null: nothing now. */
  private Consumer<ClientCall<Q, ?>> next() {
    if (ended || halfClosed || call == null) {
      return null;
    }
    if (unsent.isEmpty()) {
      halfClosed = exhausted;
      return exhausted ? ClientCall::halfClose : null;
    }
    if (!hasRoom()) {
      return null;
    }
    var item = unsent.poll();
    sent.add(resends ? item : item.withoutMessage());
    return to -> to.sendMessage(item.message());
  }
}
