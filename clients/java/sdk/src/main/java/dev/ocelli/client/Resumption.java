package dev.ocelli.client;

import io.grpc.Status.Code;
import java.time.Duration;

/** Says whether a stream that ended early is opened again, and when. */
final class Resumption {
  private static final Duration FIRST = Duration.ofMillis(Reconnection.FIRST_MS);
  private static final Duration LAST = Duration.ofSeconds(1);

  private final Duration limit;
  private boolean down;
  private long downSinceNs;
  private Duration backoff = FIRST;

  /**
   * Resumes a stream.
   *
   * @param limit longest time without an answer to what is unanswered; zero: never
   */
  Resumption(Duration limit) {
    this.limit = limit;
  }

  boolean isWanted() {
    return !limit.isZero();
  }

  /** Waits until the stream may be opened again; false, at once, if it may not. */
  boolean await(OcelliException error) throws InterruptedException {
    // A deadline is that of the whole stream.
    if (!isWanted() || !error.isRetryable() || error.code() == Code.DEADLINE_EXCEEDED) {
      return false;
    }
    if (!down) {
      down = true;
      downSinceNs = System.nanoTime();
      backoff = FIRST;
    }
    var delay = longer(backoff, error.retryAfter().orElse(Duration.ZERO));
    var outage = Duration.ofNanos(System.nanoTime() - downSinceNs);
    if (outage.plus(delay).compareTo(limit) > 0) {
      return false;
    }
    backoff = backoff.multipliedBy(2).compareTo(LAST) < 0 ? backoff.multipliedBy(2) : LAST;
    Thread.sleep(delay.toMillis());
    return true;
  }

  /** Tells that the server answers again, or that nothing waits for an answer. */
  void succeeded() {
    down = false;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
