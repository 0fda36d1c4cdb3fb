package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.ListModelsResponse;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ProxiedSocketAddress;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ClientBuilderTest {
  private static final String ADDRESS = "127.0.0.1:8500";

  @TempDir private Path folder;

  private static void refuses(String field, Executable settings) {
    var error = assertThrows(OcelliException.class, settings);
    assertEquals(Code.INVALID_ARGUMENT, error.code());
    assertEquals(field, error.fieldViolations().get(0).getField());
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    var builder = OcelliClient.builder(ADDRESS);
    refuses("deadline", () -> builder.deadline(Duration.ZERO));
    refuses("maxMessageBytes", () -> builder.maxMessageBytes(0));
    refuses("maxAttempts", () -> builder.maxAttempts(6));
    refuses("address", () -> OcelliClient.connect(""));
    try (var client = builder.connect()) {
      refuses("limit", () -> client.withResume(Duration.ZERO));
      refuses("timeout", () -> client.waitUntilReady(Duration.ZERO));
    }
    refuses("address", () -> OcelliClient.connect("localhost:70000"));
    for (var elsewhere : List.of("edge.example:1", "localhost.example:1", "192.0.2.1:1")) {
      refuses("token", () -> OcelliClient.builder(elsewhere).token(() -> "t").connect());
    }
  }

  @Test
  void interceptorsSeeACallOnceAndItsFailure() throws Exception {
    var order = Collections.synchronizedList(new ArrayList<String>());
    var attempts = new AtomicInteger();
    try (var server = new ScriptedServer(unavailable(attempts));
        var client =
            OcelliClient.builder(server.address())
                .interceptors(recording("outer", order), recording("inner", order))
                .connect()) {
      assertThrows(OcelliException.class, () -> client.models().list());
      assertEquals(3, attempts.get());
      assertEquals(List.of("outer", "inner", "inner UNAVAILABLE", "outer UNAVAILABLE"), order);
    }
  }

  @Test
  void interceptorsSeeStreamsAndViewsToo() throws Exception {
    var order = Collections.synchronizedList(new ArrayList<String>());
    var script = new ScriptedStream(1, 1000);
    try (var server = new ScriptedServer(script);
        var client =
            OcelliClient.builder(server.address()).interceptors(recording("one", order)).connect();
        var answers =
            client.withDeadline(Duration.ofSeconds(10)).detectStream(Collections.emptyIterator())) {
      answers.window();
      script.end();
      assertFalse(answers.hasNext());
      assertEquals(List.of("one", "one OK"), order);
    }
  }

  @Test
  void futuresCompleteInTheExecutorOfTheCaller() throws Exception {
    var executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
    try (var server = new ScriptedServer(unavailable(new AtomicInteger()));
        var client = OcelliClient.builder(server.address()).executor(executor).connect()) {
      var thread = new CompletableFuture<String>();
      client
          .async()
          .models()
          .list()
          .whenComplete((models, failed) -> thread.complete(Thread.currentThread().getName()));
      assertEquals("mine", thread.get(10, TimeUnit.SECONDS));
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void settingsOfTheChannelComeLast() throws Exception {
    try (var server = new ScriptedServer(new ScriptedStream(1, 1000));
        var client =
            OcelliClient.builder("127.0.0.1:1")
                .channel(channel -> channel.userAgent("camera/1"))
                .channel(channel -> channel.proxyDetector(target -> proxy(server)))
                .connect()) {
      // The call goes where the detector says, as CONNECT, which this server does not know.
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      assertEquals(Code.UNAVAILABLE, error.code());
      assertFalse(error.getMessage().contains("refused"), error.getMessage());
    }
  }

  private static ProxiedSocketAddress proxy(ScriptedServer server) {
    return HttpConnectProxiedSocketAddress.newBuilder()
        .setTargetAddress(new InetSocketAddress("127.0.0.1", 1))
        .setProxyAddress(new InetSocketAddress("127.0.0.1", server.port()))
        .build();
  }

  private static ModelServiceImplBase unavailable(AtomicInteger attempts) {
    return new ModelServiceImplBase() {
      @Override
      public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
        attempts.incrementAndGet();
        answer.onError(Status.UNAVAILABLE.asException());
      }
    };
  }

  private static ClientInterceptor recording(String name, List<String> order) {
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        order.add(name);
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<R> listener, Metadata headers) {
            super.start(
                new SimpleForwardingClientCallListener<>(listener) {
                  @Override
                  public void onClose(Status status, Metadata trailers) {
                    assertEquals(status.isOk(), !(status.getCause() instanceof OcelliException));
                    order.add(name + " " + status.getCode());
                    super.onClose(status, trailers);
                  }
                },
                headers);
          }
        };
      }
    };
  }

  @Test
  void refusesFilesThatAreNotWhatTheyShouldBe() throws Exception {
    var text = Files.writeString(folder.resolve("text.pem"), "no certificate");
    var missing = folder.resolve("missing.pem");
    refuses("tls.ca", () -> connect(Tls.trusting(missing)));
    refuses("tls.ca", () -> connect(Tls.trusting(text)));
    refuses("tls.cert", () -> connect(Tls.standard().showing(text, text)));
    refuses("tls.key", () -> connect(new Tls(null, text, null, null)));
  }

  private static void connect(Tls tls) {
    OcelliClient.builder(ADDRESS).tls(tls).connect().close();
  }
}
