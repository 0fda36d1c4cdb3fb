package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Pairs the items of one stream with the server's answers.
 *
 * <p>An item that cannot be sent (its file is gone, it is over a message size) goes out without its
 * image. The server refuses it in its turn, which keeps the order, and the caller gets the reason
 * found here. One thread packs, another one reads: each works at its own end of the queue, which
 * the server's window bounds.
 */
final class Ledger<I, Q extends MessageLite, R, W, A> {
  private final StreamKind<I, Q, R, W, A> kind;
  private final int clientMaxBytes;
  private final Queue<Optional<A>> unanswered = new ConcurrentLinkedQueue<>();
  private volatile long serverMaxBytes;
  private long position;

  Ledger(StreamKind<I, Q, R, W, A> kind, int clientMaxBytes) {
    this.kind = kind;
    this.clientMaxBytes = clientMaxBytes;
  }

  /** Takes the server's first message, its window. */
  W open(R message) {
    var window = kind.window(message);
    if (window == null) {
      throw Failures.broken("the server's first message on the stream was not its window");
    }
    serverMaxBytes = kind.maxMessageBytes(window);
    return window;
  }

  /** Makes the message of the next item. */
  Q pack(I item) {
    var at = position++;
    try {
      var message = kind.pack(at, item, kind.image(item));
      checkSize(message.getSerializedSize());
      unanswered.add(Optional.empty());
      return message;
    } catch (OcelliException unsendable) {
      unanswered.add(Optional.of(kind.fail(at, item, unsendable.status())));
      return kind.blank(at, item);
    }
  }

  /** Reads the answer to the oldest unanswered item. */
  A answer(R message) {
    var answer = kind.answer(message);
    var found = unanswered.poll();
    if (answer == null || found == null) {
      throw Failures.broken("the server sent a message on the stream that answers no item");
    }
    return found.orElse(answer);
  }

  /** Checks that the server, which has ended the stream, left nothing unanswered. */
  void close() {
    if (!unanswered.isEmpty()) {
      throw Failures.broken("the server ended the stream and left items unanswered");
    }
  }

  private void checkSize(int sizeBytes) {
    if (serverMaxBytes > 0 && sizeBytes > serverMaxBytes) {
      throw Failures.tooLarge(sizeBytes, serverMaxBytes, "server");
    }
    if (sizeBytes > clientMaxBytes) {
      throw Failures.tooLarge(sizeBytes, clientMaxBytes, "client");
    }
  }
}
