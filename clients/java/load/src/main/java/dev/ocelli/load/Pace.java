package dev.ocelli.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When each call is due. One that is taken late is due at once, so that the rate is kept. */
final class Pace {
  private final long beganNs = System.nanoTime();
  private final double callsPerSecond;
  private final AtomicLong taken = new AtomicLong();
  private final CountDownLatch over = new CountDownLatch(1);

  Pace(double callsPerSecond) {
    this.callsPerSecond = callsPerSecond;
  }

  /** Waits for a call to be due; false if it is over. */
  boolean next() throws InterruptedException {
    long dueNs = beganNs + (long) (taken.getAndIncrement() / callsPerSecond * 1e9);
    return !over.await(dueNs - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  void end() {
    over.countDown();
  }
}
