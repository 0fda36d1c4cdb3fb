package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.ocelli.v1.DetectServiceGrpc.DetectServiceImplBase;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.ListModelsResponse;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import dev.ocelli.v1.SdkTables;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FailedCallTest {
  private static OcelliException fail(ClientBuilder builder) {
    try (var client = builder.connect()) {
      return assertThrows(OcelliException.class, () -> client.models().list());
    }
  }

  /** Checks that the error is the one of every server that does not answer in gRPC. */
  static void checkUnreachable(OcelliException error, String address) {
    var message = error.status().getMessage();
    assertEquals(Code.UNAVAILABLE, error.code(), message);
    assertEquals(ErrorReason.ERROR_REASON_UNSPECIFIED, error.reason());
    assertTrue(message.startsWith("cannot reach " + address + ": "), message);
    assertFalse(message.contains("\n"), message);
    assertTrue(message.length() < 400, message);
    assertEquals(SdkTables.UNREACHABLE_HINT, error.hint());
    assertTrue(error.isRetryable());
    assertEquals(Duration.ofMillis(100), error.retryAfter().orElseThrow());
  }

  private static void checkUnreachable(String address) {
    checkUnreachable(fail(OcelliClient.builder(address)), address);
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    checkUnreachable("127.0.0.1:" + port);
  }

  @Test
  void aNameThatNobodyHas() {
    checkUnreachable("no-such-host.invalid:8500");
  }

  @Test
  void anHttpServer() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      checkUnreachable("127.0.0.1:" + server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void tlsToPlainText() throws IOException {
    try (var server = new ScriptedServer(new DetectServiceImplBase() {})) {
      var error = fail(OcelliClient.builder(server.address()).tls(Tls.standard()));
      checkUnreachable(error, server.address());
    }
  }

  @Test
  void aServerThatHangsUp() throws Exception {
    try (var hangsUp = new ServerSocket(0)) {
      var closing =
          new Thread(
              () -> {
                while (!hangsUp.isClosed()) {
                  accept(hangsUp);
                }
              });
      closing.start();
      checkUnreachable("127.0.0.1:" + hangsUp.getLocalPort());
    }
  }

  private static void accept(ServerSocket listening) {
    try {
      listening.accept().close();
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void aStatusWithoutDetailsKeepsItsCode() throws IOException {
    var failing =
        new ModelServiceImplBase() {
          @Override
          public void listModels(
              ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
            answer.onError(Status.INTERNAL.withDescription("a bug").asException());
          }
        };
    try (var server = new ScriptedServer(failing)) {
      var error = fail(OcelliClient.builder(server.address()));
      assertEquals(Code.INTERNAL, error.code());
      assertEquals("a bug", error.getMessage());
    }
  }

  @Test
  void anAnswerThatIsNotOfGrpc() {
    var trailers = new Metadata();
    trailers.put(Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER), "text/html");
    var status = Status.UNKNOWN.withDescription("HTTP status code 200\ninvalid content-type");
    var call = new FailedCall("somewhere:1", ConnectivityState.READY, false);
    checkUnreachable(call.read(status, trailers), "somewhere:1");
    assertEquals(Code.UNKNOWN, call.read(status, new Metadata()).code());
  }

  @Test
  void anAnswerOverTheClientsLimitIsNotAMessageTooLarge() throws IOException {
    var large =
        new ModelServiceImplBase() {
          @Override
          public void listModels(
              ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
            var token = "x".repeat(2000);
            answer.onNext(ListModelsResponse.newBuilder().setNextPageToken(token).build());
            answer.onCompleted();
          }
        };
    try (var server = new ScriptedServer(large)) {
      var error = fail(OcelliClient.builder(server.address()).maxMessageBytes(1000));
      assertEquals(Code.RESOURCE_EXHAUSTED, error.code());
      assertEquals(ErrorReason.ERROR_REASON_ANSWER_TOO_LARGE, error.reason());
      assertEquals(SdkTables.hint(error.reason()), error.hint());
      assertEquals("maxMessageBytes", error.quotaViolations().get(0).getSubject());
      assertFalse(error.isRetryable());
    }
  }

  @Test
  void whatGrpcRefusesAsTooMuchIsToBeRepeatedAfterADelay() {
    var status = Status.RESOURCE_EXHAUSTED.withDescription("too many calls");
    var call = new FailedCall("somewhere:1", ConnectivityState.READY, false);
    var error = call.read(status, new Metadata());
    assertTrue(error.isRetryable());
    assertTrue(error.retryAfter().isPresent());
  }

  @Test
  void aServerThatSaysNothing() throws IOException {
    try (var silent = new ServerSocket(0)) {
      var error =
          fail(
              OcelliClient.builder("127.0.0.1:" + silent.getLocalPort())
                  .deadline(Duration.ofMillis(300)));
      assertEquals(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, error.reason());
      assertTrue(error.getMessage().startsWith("no connection to "), error.getMessage());
      assertEquals(SdkTables.UNREACHABLE_HINT, error.hint());
    }
  }

  @Test
  void aServerThatTakesTooLong() throws IOException {
    var waiting =
        new ModelServiceImplBase() {
          @Override
          public void listModels(
              ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
            // Never answered.
          }
        };
    try (var server = new ScriptedServer(waiting)) {
      var error = fail(OcelliClient.builder(server.address()).deadline(Duration.ofSeconds(1)));
      assertEquals(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, error.reason());
      assertTrue(error.getMessage().startsWith("no answer from "), error.getMessage());
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
