package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.GetModelRequest;
import dev.ocelli.v1.GetModelResponse;
import dev.ocelli.v1.LoadModelRequest;
import dev.ocelli.v1.LoadModelResponse;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeadlineTest {
  private volatile long leftS;

  private final ModelServiceImplBase service =
      new ModelServiceImplBase() {
        @Override
        public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> answer) {
          reply(answer, GetModelResponse.getDefaultInstance());
        }

        @Override
        public void loadModel(LoadModelRequest request, StreamObserver<LoadModelResponse> answer) {
          reply(answer, LoadModelResponse.getDefaultInstance());
        }
      };

  private <T> void reply(StreamObserver<T> answer, T response) {
    // Rounded up, since some of it is gone.
    leftS = Context.current().getDeadline().timeRemaining(TimeUnit.SECONDS) + 1;
    answer.onNext(response);
    answer.onCompleted();
  }

  @Test
  void loadingAModelHasMoreTimeThanOtherCalls() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      client.models().get("m");
      assertEquals(10, leftS);
      client.models().load("m");
      assertEquals(600, leftS);
    }
  }

  @Test
  void aViewsDeadlineIsThatOfEveryCall() throws Exception {
    try (var server = new ScriptedServer(service);
        var client = OcelliClient.connect(server.address())) {
      var patient = client.withDeadline(Duration.ofSeconds(40));
      patient.models().get("m");
      assertEquals(40, leftS);
      patient.models().load("m");
      assertEquals(40, leftS);
      patient.async().models().load("m").join();
      assertEquals(40, leftS);
    }
  }

  @Test
  void aLateStreamEnds() throws Exception {
    var silent = new ScriptedStream(1, 1000);
    try (var server = new ScriptedServer(silent);
        var client = OcelliClient.connect(server.address());
        var answers =
            client.withDeadline(Duration.ofMillis(500)).detectStream(Collections.emptyIterator())) {
      answers.window();
      var error = assertThrows(OcelliException.class, answers::hasNext);
      assertEquals(Code.DEADLINE_EXCEEDED, error.code());
      assertTrue(error.isRetryable());
    }
  }
}
