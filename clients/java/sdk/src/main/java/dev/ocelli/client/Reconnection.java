package dev.ocelli.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Retries a lost connection after 0.1 s, then ever later, up to 5 s. gRPC's own steps, 1 s to 2
 * min, would make a client slow to notice a server that starts.
 */
final class Reconnection implements Runnable {
  static final long FIRST_MS = 100;
  private static final long LAST_MS = 5_000;

  private final ManagedChannel channel;
  private long delayMs = FIRST_MS;

  private Reconnection(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Watches a channel until it is shut down. */
  static void watch(ManagedChannel channel) {
    new Reconnection(channel).run();
  }

  /**
   * Runs at every change of the channel's state, and again after each delay; never twice at once.
   */
  @Override
  public void run() {
    var state = channel.getState(false);
    if (state == ConnectivityState.SHUTDOWN) {
      return;
    }
    if (state != ConnectivityState.TRANSIENT_FAILURE) {
      delayMs = state == ConnectivityState.CONNECTING ? delayMs : FIRST_MS;
      channel.notifyWhenStateChanged(state, this);
      return;
    }
    var later = CompletableFuture.delayedExecutor(delayMs, TimeUnit.MILLISECONDS);
    delayMs = Math.min(2 * delayMs, LAST_MS);
    later.execute(
        () -> {
          channel.resetConnectBackoff();
          run();
        });
  }
}
