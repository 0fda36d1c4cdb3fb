package dev.ocelli.client;

import com.google.protobuf.MessageLite;
import com.google.rpc.Status;
import dev.ocelli.v1.StreamWindow;
import io.grpc.MethodDescriptor;

/**
 * The messages of one bidirectional stream: a configuration, then items, each with one answer, in
 * order.
 *
 * @param <I> an item
 * @param <Q> a message to the server
 * @param <R> a message from the server
 * @param <A> an answer
 */
interface StreamCodec<I, Q extends MessageLite, R, A> {
  MethodDescriptor<Q, R> method();

  /** Makes the first message. */
  Q config();

  /** Makes the message of an item; throws {@link OcelliException} if its input cannot be had. */
  Q encode(long position, I item);

  /** Makes a message that keeps the place of an item which cannot be sent. */
  Q encodeEmpty(long position, I item);

  /** Makes the answer to an item that could not be sent. */
  A fail(long position, I item, Status error);

  /** Reads a window; null if the message is none. */
  StreamWindow window(R message);

  /** Reads an answer; null if the message is none. */
  A answer(R message);
}
