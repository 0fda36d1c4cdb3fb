package dev.ocelli.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When each call or frame is due. One that is taken late is due at once; the rate is kept. */
final class Pace {
  private final long beganNs = System.nanoTime();
  private final double ratePerSecond;
  private final AtomicLong taken = new AtomicLong();
  private final CountDownLatch over;

  /** So many a second until {@code over} is counted down. */
  Pace(double ratePerSecond, CountDownLatch over) {
    this.ratePerSecond = ratePerSecond;
    this.over = over;
  }

  /** Waits for the next to be due; false if it is over. */
  boolean next() throws InterruptedException {
    long dueNs = beganNs + (long) (taken.getAndIncrement() / ratePerSecond * 1e9);
    return !over.await(dueNs - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
