package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.SdkTables;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadinessTest {
  private static final String SERVICE = "ocelli.v1.DetectService";

  private final HealthStatusManager health = new HealthStatusManager();

  @Test
  void waitsForAServerThatStarts() throws Exception {
    int port = freePort();
    var startedNs = new AtomicLong();
    health.setStatus(SERVICE, ServingStatus.SERVING);
    var started =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                startedNs.set(System.nanoTime());
                return new ScriptedServer(health.getHealthService(), port);
              } catch (IOException taken) {
                throw new UncheckedIOException(taken);
              }
            },
            CompletableFuture.delayedExecutor(4500, TimeUnit.MILLISECONDS));
    try (var client = OcelliClient.connect("127.0.0.1:" + port)) {
      client.waitUntilReady(SERVICE, Duration.ofSeconds(10));
      // Not as late as the delays between attempts to connect, more than a second by now.
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs.get());
      assertTrue(tookMs < 600, "it took " + tookMs + " ms");
      client.waitUntilReady(Duration.ofSeconds(1));
    }
    started.join().close();
  }

  @Test
  void waitsForAServiceThatIsNotReady() throws Exception {
    health.setStatus(SERVICE, ServingStatus.NOT_SERVING);
    try (var server = new ScriptedServer(health.getHealthService());
        var client = OcelliClient.connect(server.address())) {
      var error =
          assertThrows(
              OcelliException.class, () -> client.waitUntilReady(SERVICE, Duration.ofMillis(1200)));
      assertEquals(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, error.reason());
      assertEquals(
          SERVICE
              + " at "
              + server.address()
              + " is not ready after 1.2 s: its health is NOT_SERVING",
          error.status().getMessage());
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
          .execute(() -> health.setStatus(SERVICE, ServingStatus.SERVING));
      client.waitUntilReady(SERVICE, Duration.ofSeconds(5));
    }
  }

  @Test
  void saysWhyNobodyAnswered() throws Exception {
    try (var client = OcelliClient.connect("127.0.0.1:" + freePort())) {
      var error =
          assertThrows(OcelliException.class, () -> client.waitUntilReady(Duration.ofMillis(1200)));
      assertEquals(Code.DEADLINE_EXCEEDED, error.code());
      assertTrue(error.getMessage().contains("cannot reach"), error.getMessage());
      assertEquals(SdkTables.UNREACHABLE_HINT, error.hint());
    }
  }

  @Test
  void doesNotWaitForWhatWillNotChange() throws Exception {
    try (var server = new ScriptedServer(new DetectServiceImplBase() {});
        var client = OcelliClient.connect(server.address())) {
      var error =
          assertThrows(OcelliException.class, () -> client.waitUntilReady(Duration.ofSeconds(15)));
      assertEquals(Code.UNIMPLEMENTED, error.code());
    }
  }

  @Test
  void anInterruptedThreadStopsWaiting() throws Exception {
    try (var client = OcelliClient.connect("127.0.0.1:" + freePort())) {
      Thread.currentThread().interrupt();
      var error =
          assertThrows(OcelliException.class, () -> client.waitUntilReady(Duration.ofSeconds(15)));
      assertTrue(Thread.interrupted());
      assertEquals(Code.CANCELLED, error.code());
    }
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
