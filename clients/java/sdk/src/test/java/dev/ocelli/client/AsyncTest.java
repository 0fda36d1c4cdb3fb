package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.CountPointsRequest;
import dev.ocelli.v1.CountPointsResponse;
import dev.ocelli.v1.PointServiceGrpc.PointServiceImplBase;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.SearchResponse;
import dev.ocelli.v1.SearchServiceGrpc.SearchServiceImplBase;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AsyncTest {
  /** The calls that wait, and what has them as futures. */
  private static final Map<Class<?>, Class<?>> PAIRS =
      Map.of(
          OcelliClient.class, OcelliAsyncClient.class,
          CollectionCalls.class, AsyncCollectionCalls.class,
          PointCalls.class, AsyncPointCalls.class,
          SearchCalls.class, AsyncSearchCalls.class,
          ModelCalls.class, AsyncModelCalls.class);

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);

  private final PointServiceImplBase points =
      new PointServiceImplBase() {
        @Override
        public void countPoints(
            CountPointsRequest request, StreamObserver<CountPointsResponse> answer) {
          if (request.getCollection().isEmpty()) {
            answer.onError(Status.NOT_FOUND.withDescription("no name").asException());
            return;
          }
          answer.onNext(CountPointsResponse.newBuilder().setCount(7).build());
          answer.onCompleted();
        }
      };

  private final SearchServiceImplBase searches =
      new SearchServiceImplBase() {
        @Override
        public void search(SearchRequest request, StreamObserver<SearchResponse> answer) {
          ((ServerCallStreamObserver<?>) answer).setOnCancelHandler(cancelled::countDown);
          arrived.countDown();
        }
      };

  @Test
  void aFutureHasTheResult() throws Exception {
    try (var server = new ScriptedServer(points);
        var client = OcelliClient.connect(server.address())) {
      assertEquals(7L, client.async().points().count("some").join());
    }
  }

  @Test
  void aFailureIsTheCauseOfWhatAFutureThrows() throws Exception {
    try (var server = new ScriptedServer(points);
        var client = OcelliClient.connect(server.address())) {
      var count = client.async().points().count("");
      var thrown = assertThrows(CompletionException.class, count::join);
      var error = assertInstanceOf(OcelliException.class, thrown.getCause());
      assertEquals(Code.NOT_FOUND, error.code());
      assertEquals(error, OcelliException.from(thrown));
    }
  }

  @Test
  void aFileThatIsMissingFailsTheFuture() {
    try (var client = OcelliClient.connect("127.0.0.1:1")) {
      var detected = client.async().detect(Path.of("missing.jpg"));
      assertTrue(detected.isCompletedExceptionally());
      var error = OcelliException.from(assertThrows(CompletionException.class, detected::join));
      assertEquals(Code.INVALID_ARGUMENT, error.code());
    }
  }

  @Test
  void cancellingAFutureCancelsItsCall() throws Exception {
    try (var server = new ScriptedServer(searches);
        var client = OcelliClient.connect(server.address())) {
      var found = client.async().search().search(SearchRequest.getDefaultInstance());
      assertTrue(arrived.await(5, TimeUnit.SECONDS));
      found.cancel(true);
      assertTrue(cancelled.await(5, TimeUnit.SECONDS));
      assertThrows(CancellationException.class, found::join);
    }
  }

  @Test
  void everyUnaryCallHasAFuture() {
    PAIRS.forEach(
        (blocking, async) -> {
          var calls = signatures(blocking);
          calls.removeIf(call -> !isUnary(call));
          assertEquals(calls, signatures(async));
        });
  }

  private static boolean isUnary(String call) {
    return !call.matches(
        "((detect|classify|embed|index)Stream|findDuplicates|with[A-Z]|waitUntil|async|channel|close).*");
  }

  private static TreeSet<String> signatures(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.getName().equals("toString"))
        .map(AsyncTest::signature)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }
}
