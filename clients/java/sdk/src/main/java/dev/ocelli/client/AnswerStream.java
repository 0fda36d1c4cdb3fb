package dev.ocelli.client;

import dev.ocelli.v1.StreamWindow;
import java.util.Iterator;
import java.util.function.Consumer;

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
 * @param <A> an answer
 */
public interface AnswerStream<A> extends Iterable<A>, Iterator<A>, AutoCloseable {

  /**
   * What the server lets this stream have in flight now, and which model answers. Waits for the
   * first one.
   *
   * @return the latest window of the server
   * @throws OcelliException the stream could not be opened
   */
  StreamWindow window();

  /**
   * Reports every window, the first one included. The thread that reads answers calls the listener,
   * between the answers that came before and after the window; the sender has adapted by then.
   *
   * @param listener takes each window; to be set before anything is read
   * @return this
   */
  AnswerStream<A> onWindow(Consumer<? super StreamWindow> listener);

  /** This. Answers can be read once. */
  @Override
  default Iterator<A> iterator() {
    return this;
  }

  /** Leaves the stream: cancels it if it still runs. The thread that draws items is interrupted. */
  @Override
  void close();
}
