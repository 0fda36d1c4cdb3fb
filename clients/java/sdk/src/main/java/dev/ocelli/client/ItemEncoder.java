package dev.ocelli.client;

import com.google.protobuf.MessageLite;

/**
 * Makes messages of the items of one stream.
 *
 * <p>An item that cannot be sent (its file is gone, it is over a message size) goes out without its
 * input. The server refuses it in its turn, which keeps the order, and the caller gets the reason
 * found here. One thread encodes, another one sets the limit.
 */
final class ItemEncoder<I, Q extends MessageLite, A> {
  private final StreamCodec<I, Q, ?, A> codec;
  private final int clientMaxBytes;
  private volatile long serverMaxBytes;
  private long position;

  ItemEncoder(StreamCodec<I, Q, ?, A> codec, int clientMaxBytes) {
    this.codec = codec;
    this.clientMaxBytes = clientMaxBytes;
  }

  /** Keeps messages within what the server reads, from the next one on. */
  void limit(long maxBytes) {
    serverMaxBytes = maxBytes;
  }

  /** Makes the message of the next item. */
  PendingItem<Q, A> encode(I item) {
    var at = position++;
    try {
      var message = codec.encode(at, item);
      checkSize(message.getSerializedSize());
      return new PendingItem<>(message, null);
    } catch (OcelliException unsendable) {
      return new PendingItem<>(
          codec.encodeEmpty(at, item), codec.fail(at, item, unsendable.status()));
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
