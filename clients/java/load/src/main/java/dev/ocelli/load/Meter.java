package dev.ocelli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Counts the answers that come within its window, which opens at the first one after warming up.
 */
final class Meter {
  private final long warmUs;
  private final long durationUs;
  private final List<Long> latenciesUs = new ArrayList<>();
  private long startedUs;
  private Duration cpuAtStart;
  private String report;
  private volatile boolean over;

  Meter(Duration warmUp, Duration duration) {
    warmUs = nowUs() + warmUp.toMillis() * 1000;
    durationUs = duration.toMillis() * 1000;
  }

  /** Microseconds on a clock that never goes back. */
  static long nowUs() {
    return System.nanoTime() / 1000;
  }

  /** Counts an answer to what was asked at {@code askedUs}. */
  void answered(long askedUs) {
    var nowUs = nowUs();
    if (startedUs == 0) {
      if (nowUs >= warmUs) {
        startedUs = nowUs;
        cpuAtStart = cpu();
        System.out.println("measuring");
      }
    } else if (!over) {
      latenciesUs.add(nowUs - askedUs);
      if (nowUs - startedUs >= durationUs) {
        report = summary(nowUs - startedUs, cpu().minus(cpuAtStart));
        over = true;
      }
    }
  }

  boolean over() {
    return over;
  }

  /** What was seen, as one line of JSON. */
  String report() {
    return report;
  }

  private String summary(long windowUs, Duration cpu) {
    Collections.sort(latenciesUs);
    return String.format(
        Locale.ROOT,
        "{\"frames\": %d, \"seconds\": %.6f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"cpu_s\": %.3f}",
        latenciesUs.size(),
        windowUs / 1e6,
        percentileMs(50),
        percentileMs(99),
        cpu.toMillis() / 1e3);
  }

  private double percentileMs(int percent) {
    return latenciesUs.get((latenciesUs.size() - 1) * percent / 100) / 1e3;
  }

  /** User and system time of this process. */
  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
