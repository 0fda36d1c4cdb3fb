package dev.ocelli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a service by asking for its health.
 *
 * @param connection what the calls go over
 * @param channel the same with error mapping
 * @param service its name; empty: the server
 */
record Readiness(Connection connection, Channel channel, String service) {
  private static final long ASK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(5);

  void await(Duration timeout) {
    long endNs = System.nanoTime() + ClientBuilder.positive("timeout", timeout).toNanos();
    String found = null;
    OcelliException failure = null;
    long leftNs;
    while ((leftNs = endNs - System.nanoTime()) > 0) {
      try {
        var status = check(Math.min(leftNs, CHECK_NS));
        if (status == ServingStatus.SERVING) {
          return;
        }
        failure = null;
        found = "its health is " + status;
      } catch (OcelliException failed) {
        if (!failed.isRetryable()) {
          throw failed;
        }
        // The last check may have had no time to find out what those before it did.
        if (found == null || failed.code() != Code.DEADLINE_EXCEEDED) {
          failure = failed;
          found = failed.status().getMessage();
        }
      }
      pause(Math.min(ASK_AGAIN_NS, Math.max(0, endNs - System.nanoTime())));
    }
    throw late(timeout, found, failure);
  }

  private ServingStatus check(long withinNs) {
    connection.reconnect();
    var options = CallOptions.DEFAULT.withDeadlineAfter(withinNs, TimeUnit.NANOSECONDS);
    return InferenceRequests.health(service).call(channel, options);
  }

  private OcelliException late(Duration timeout, String found, OcelliException failure) {
    var who = service.isEmpty() ? connection.address() : service + " at " + connection.address();
    var message = who + " is not ready after " + timeout.toMillis() / 1e3 + " s: " + found;
    var hint = failure == null ? "look at the server's log" : failure.hint();
    return Failures.of(Code.DEADLINE_EXCEEDED, message, hint, failure, Failures.LATE);
  }

  private static void pause(long ns) {
    try {
      TimeUnit.NANOSECONDS.sleep(ns);
    } catch (InterruptedException interrupted) {
      throw Failures.interrupted("interrupted while waiting for a server", interrupted);
    }
  }
}
