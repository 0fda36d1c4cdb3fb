package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import com.google.rpc.Status;
import dev.ocelli.v1.Image;
import io.grpc.MethodDescriptor;

/**
 * One kind of bidirectional stream: a configuration, then items, each with one answer, in order.
 *
 * @param <I> an item
 * @param <Q> a message to the server
 * @param <R> a message from the server
 * @param <W> the server's window
 * @param <A> an answer
 */
interface StreamKind<I, Q extends MessageLite, R, W, A> {
  MethodDescriptor<Q, R> method();

  /** The first message. */
  Q config();

  /** Reads the image of an item. */
  Image image(I item);

  /** Makes the message of an item. */
  Q pack(long position, I item, Image image);

  /** Makes a message that keeps the place of an item which cannot be sent. */
  default Q blank(long position, I item) {
    return pack(position, item, Image.getDefaultInstance());
  }

  /** Makes the answer to an item that could not be sent. */
  A fail(long position, I item, Status error);

  /** Reads the server's first message; null if it is none. */
  W window(R message);

  /** Most items that may be unanswered at once. */
  int maxUnanswered(W window);

  /** Largest message that the server reads; 0 if it does not say. */
  long maxMessageBytes(W window);

  /** Reads an answer; null if it is none. */
  A answer(R message);
}
