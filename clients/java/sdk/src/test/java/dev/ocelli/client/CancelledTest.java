package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.ListModelsResponse;
import dev.ocelli.v1.LoadModelRequest;
import dev.ocelli.v1.LoadModelResponse;
import dev.ocelli.v1.ModelServiceGrpc;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that end as cancelled, by the caller or by anybody else. */
@Timeout(20)
class CancelledTest {
  private static final int ALWAYS = Integer.MAX_VALUE;

  private final AtomicInteger attempts = new AtomicInteger();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private int cancelledAttempts;

  private final ModelServiceImplBase service =
      new ModelServiceImplBase() {
        @Override
        public void listModels(
            ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
          reply(answer, ListModelsResponse.getDefaultInstance());
        }

        @Override
        public void loadModel(LoadModelRequest request, StreamObserver<LoadModelResponse> answer) {
          reply(answer, LoadModelResponse.getDefaultInstance());
        }
      };

  private <T> void reply(StreamObserver<T> answer, T response) {
    int attempt = attempts.incrementAndGet();
    arrived.countDown();
    if (cancelledAttempts == 0) {
      return; // never answered
    } else if (attempt <= cancelledAttempts) {
      answer.onError(Status.CANCELLED.withDescription("the worker stopped").asException());
      return;
    }
    answer.onNext(response);
    answer.onCompleted();
  }

  private static void checkEnded(OcelliException error, String address) {
    var message = error.status().getMessage();
    assertEquals(Code.UNAVAILABLE, error.code());
    assertTrue(
        message.startsWith(address + ", or the connection to it, ended the call: "), message);
    assertEquals(Duration.ofMillis(100), error.retryAfter().orElseThrow());
    assertTrue(error.isRetryable());
  }

  @Test
  void aCallThatMayBeRepeatedIs() throws Exception {
    cancelledAttempts = 1;
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      assertEquals(0, client.models().list().size());
      assertEquals(2, attempts.get());
    }
  }

  @Test
  void aCallThatIsAlwaysCancelledFailsAsUnavailable() throws Exception {
    cancelledAttempts = ALWAYS;
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      checkEnded(error, server.address());
      assertTrue(error.getMessage().contains("the worker stopped"), error.getMessage());
      assertEquals(3, attempts.get());
    }
  }

  @Test
  void aCallThatMayNotBeRepeatedIsNot() throws Exception {
    cancelledAttempts = ALWAYS;
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      checkEnded(
          assertThrows(OcelliException.class, () -> client.models().load("m")), server.address());
      assertEquals(1, attempts.get());
    }
  }

  @Test
  void aCallWhoseStreamIsResetIsRepeated() throws Exception {
    try (var server = new ResettingServer();
        var client = OcelliClient.connect(server.address())) {
      checkEnded(
          assertThrows(OcelliException.class, () -> client.models().list()), server.address());
      assertEquals(3, server.calls.get());
    }
  }

  @Test
  void aStreamOfFramesEndsAsUnavailable() throws Exception {
    var script = new ScriptedStream(3, 1000);
    try (var server = new ScriptedServer(script);
        var client = OcelliClient.connect(server.address());
        var answers = client.detectStream(Collections.emptyIterator())) {
      answers.window();
      script.fail(Status.CANCELLED.asException());
      checkEnded(assertThrows(OcelliException.class, answers::hasNext), server.address());
    }
  }

  @Test
  void whatTheCallersContextCancelsIsCancelledAndNotRepeated() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      var context = Context.current().withCancellation();
      var cancelling =
          new Thread(
              () -> {
                await(arrived);
                context.cancel(null);
              });
      cancelling.start();
      var stub = ModelServiceGrpc.newBlockingStub(client.channel());
      var request = ListModelsRequest.getDefaultInstance();
      var thrown =
          assertThrows(
              StatusRuntimeException.class, () -> context.call(() -> stub.listModels(request)));
      assertEquals(Code.CANCELLED, OcelliException.from(thrown).code());
      assertEquals(1, attempts.get());
    }
  }

  @Test
  void whatAnInterruptedThreadLeavesIsCancelled() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      var caller = Thread.currentThread();
      var interrupting =
          new Thread(
              () -> {
                await(arrived);
                caller.interrupt();
              });
      interrupting.start();
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      assertTrue(Thread.interrupted());
      assertEquals(Code.CANCELLED, error.code());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(5, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
