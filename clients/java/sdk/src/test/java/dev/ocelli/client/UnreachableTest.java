package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.ErrorReason;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class UnreachableTest {
  private static OcelliException fail(ClientBuilder builder) {
    try (var client = builder.connect()) {
      return assertThrows(OcelliException.class, () -> client.models().list());
    }
  }

  private static void check(OcelliException error, String words) {
    assertEquals(Code.UNAVAILABLE, error.code());
    assertEquals(ErrorReason.ERROR_REASON_UNSPECIFIED, error.reason());
    assertTrue(error.getMessage().contains(words), error.getMessage());
    assertFalse(error.hint().isEmpty());
    assertTrue(error.isRetryable());
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    check(fail(OcelliClient.builder("127.0.0.1:" + port)), "the connection was refused");
  }

  @Test
  void aNameThatNobodyHas() {
    check(fail(OcelliClient.builder("no-such-host.invalid:8500")), "its name is not known");
  }

  @Test
  void anHttpServer() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      var address = "127.0.0.1:" + server.getAddress().getPort();
      check(fail(OcelliClient.builder(address)), "it does not speak gRPC");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void tlsToPlainText() throws IOException {
    try (var server = new ScriptedServer(new DetectServiceImplBase() {})) {
      check(fail(OcelliClient.builder(server.address()).tls(Tls.standard())), "not answer in TLS");
    }
  }

  @Test
  void aServerThatSaysNothing() throws IOException {
    try (var silent = new ServerSocket(0)) {
      var error =
          fail(
              OcelliClient.builder("127.0.0.1:" + silent.getLocalPort())
                  .deadline(Duration.ofMillis(300)));
      assertEquals(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, error.reason());
      assertTrue(error.hint().contains("withDeadline()"), error.hint());
    }
  }

  @Test
  void aCallThatTheServerLacks() throws IOException {
    try (var server = new ScriptedServer(new DetectServiceImplBase() {})) {
      var error = fail(OcelliClient.builder(server.address()));
      assertEquals(Code.UNIMPLEMENTED, error.code());
      assertFalse(error.isRetryable());
    }
  }

  @Test
  void aClosedClient() throws IOException {
    try (var server = new ScriptedServer(new DetectServiceImplBase() {})) {
      var client = OcelliClient.connect(server.address());
      client.close();
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      assertEquals(Code.CANCELLED, error.code());
    }
  }

  @Test
  void aLostServerIsLookedForSoon() throws IOException {
    try (var hangsUp = new ServerSocket(0);
        var client = OcelliClient.connect("127.0.0.1:" + hangsUp.getLocalPort())) {
      var asking =
          new Thread(() -> assertThrows(OcelliException.class, () -> client.models().list()));
      asking.start();
      // gRPC alone would come at most three times.
      assertTrue(connections(hangsUp, Duration.ofMillis(2500)) >= 4);
    }
  }

  private static int connections(ServerSocket listening, Duration within) throws IOException {
    int count = 0;
    long endNs = System.nanoTime() + within.toNanos();
    long leftMs;
    while ((leftMs = (endNs - System.nanoTime()) / 1_000_000) > 0) {
      listening.setSoTimeout((int) leftMs);
      try {
        listening.accept().close();
        count++;
      } catch (SocketTimeoutException over) {
        break;
      }
    }
    return count;
  }
}
