package dev.ocelli.client;

import java.util.Iterator;

/**
 * The answers of a stream, one per item, in the order of sending.
 *
 * <pre>{@code
 * try (var answers = client.detectStream(frames)) {
 *   for (var answer : answers) { … }
 * }
 * }</pre>
 *
 * <p>{@link #hasNext} waits. It throws {@link OcelliException} if the stream ends early, and what
 * the iterator of items threw, in both cases after the answers that came before. One thread at a
 * time may read. Answers that are not read hold the sender back.
 *
 * @param <W> the server's window
 * @param <A> an answer
 */
public interface AnswerStream<W, A> extends Iterable<A>, Iterator<A>, AutoCloseable {

  /**
   * What the server lets this stream have in flight, and which model answers. Waits for it.
   *
   * @return the server's first message
   * @throws OcelliException the stream could not be opened
   */
  W window();

  /** This. Answers can be read once. */
  @Override
  default Iterator<A> iterator() {
    return this;
  }

  /** Leaves the stream: cancels it if it still runs. The thread that draws items is interrupted. */
  @Override
  void close();
}
