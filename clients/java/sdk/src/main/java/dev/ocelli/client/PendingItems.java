package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Pairs the items of one stream with the server's answers.
 *
 * <p>An item that cannot be sent (its file is gone, it is over a message size) goes out without its
 * input. The server refuses it in its turn, which keeps the order, and the caller gets the reason
 * found here. One thread encodes, another one reads: each works at its own end of the queue, which
 * the server's window bounds.
 */
final class PendingItems<I, Q extends MessageLite, R, A> {
  private final StreamCodec<I, Q, R, A> codec;
  private final int clientMaxBytes;
  private final Queue<Optional<A>> unanswered = new ConcurrentLinkedQueue<>();
  private volatile long serverMaxBytes;
  private long position;

  PendingItems(StreamCodec<I, Q, R, A> codec, int clientMaxBytes) {
    this.codec = codec;
    this.clientMaxBytes = clientMaxBytes;
  }

  /** Keeps messages within what the server reads, from the next one on. */
  void limit(long maxBytes) {
    serverMaxBytes = maxBytes;
  }

  /** Makes the message of the next item. */
  Q encode(I item) {
    var at = position++;
    try {
      var message = codec.encode(at, item);
      checkSize(message.getSerializedSize());
      unanswered.add(Optional.empty());
      return message;
    } catch (OcelliException unsendable) {
      unanswered.add(Optional.of(codec.fail(at, item, unsendable.status())));
      return codec.encodeEmpty(at, item);
    }
  }

  /** Reads the answer to the oldest unanswered item. */
  A answer(R message) {
    var answer = codec.answer(message);
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
      throw Failures.tooLarge(sizeBytes, serverMaxBytes, Failures.SERVER_LIMIT);
    }
    if (sizeBytes > clientMaxBytes) {
      throw Failures.tooLarge(sizeBytes, clientMaxBytes, Failures.CLIENT_LIMIT);
    }
  }
}
