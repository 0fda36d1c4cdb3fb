package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.ListModelsResponse;
import dev.ocelli.v1.LoadModelRequest;
import dev.ocelli.v1.LoadModelResponse;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RetryTest {
  private static final long PUSHBACK_MS = 600;

  private final AtomicInteger attempts = new AtomicInteger();
  private final Metadata trailers = new Metadata();

  /** Fails twice, then succeeds. */
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
    if (attempts.incrementAndGet() < 3) {
      answer.onError(Status.UNAVAILABLE.asException(trailers));
      return;
    }
    answer.onNext(response);
    answer.onCompleted();
  }

  @Test
  void aCallThatMayBeRepeatedIs() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      assertEquals(0, client.models().list().size());
      assertEquals(3, attempts.get());
    }
  }

  @Test
  void anotherAttemptWaitsAsLongAsTheServerSays() throws Exception {
    var pushback = Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    trailers.put(pushback, Long.toString(PUSHBACK_MS));
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      long startedNs = System.nanoTime();
      client.models().list();
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
      assertEquals(3, attempts.get());
      // The policy alone would wait for 0.1 s and 0.3 s.
      assertTrue(tookMs >= 2 * PUSHBACK_MS, "it took " + tookMs + " ms");
    }
  }

  @Test
  void aCallThatMayNotBeRepeatedIsNot() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      var error = assertThrows(OcelliException.class, () -> client.models().load("m"));
      assertEquals(Code.UNAVAILABLE, error.code());
      assertEquals(1, attempts.get());
    }
  }

  @Test
  void attemptsCanBeChosen() throws Exception {
    try (var server = new ScriptedServer(service)) {
      for (int chosen = 1; chosen <= 2; chosen++) {
        attempts.set(0);
        try (var client = OcelliClient.builder(server.address()).maxAttempts(chosen).connect()) {
          assertThrows(OcelliException.class, () -> client.models().list());
        }
        assertEquals(chosen, attempts.get());
      }
    }
  }
}
