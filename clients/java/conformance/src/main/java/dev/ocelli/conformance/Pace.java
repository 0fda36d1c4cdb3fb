package dev.ocelli.conformance;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * How fast items are drawn.
 *
 * @param pauseMs before each one but the first
 */
record Pace(int pauseMs) {

  /** The items at this pace; {@code drawn} is told of each. */
  <T> Iterator<T> of(List<T> items, Consumer<T> drawn) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < items.size();
      }

      @Override
      public T next() {
        if (next > 0) {
          pause();
        }
        var item = items.get(next++);
        drawn.accept(item);
        return item;
      }
    };
  }

  private void pause() {
    try {
      Thread.sleep(pauseMs);
    } catch (InterruptedException left) {
      Thread.currentThread().interrupt();
    }
  }
}
