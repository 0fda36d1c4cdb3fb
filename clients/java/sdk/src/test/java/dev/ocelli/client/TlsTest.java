package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.ListModelsResponse;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status.Code;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TlsTest {
  @TempDir private Path folder;
  private Identity identity;
  private Server server;
  private final AtomicReference<String> authorization = new AtomicReference<>();

  private final ServerInterceptor reader =
      new ServerInterceptor() {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
          var key = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
          authorization.set(headers.get(key));
          return next.startCall(call, headers);
        }
      };

  private final ModelServiceImplBase models =
      new ModelServiceImplBase() {
        @Override
        public void listModels(
            ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
          answer.onNext(ListModelsResponse.getDefaultInstance());
          answer.onCompleted();
        }
      };

  @BeforeEach
  void serve() throws Exception {
    // Its certificate is for another name than its address has, and it asks for one.
    identity = Identity.issue(folder, "DNS:ocelli.test");
    var credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(identity.cert().toFile(), identity.key().toFile())
            .trustManager(identity.cert().toFile())
            .clientAuth(ClientAuth.OPTIONAL)
            .build();
    server =
        Grpc.newServerBuilderForPort(0, credentials)
            .addService(models)
            .intercept(reader)
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private ClientBuilder client(Tls tls) {
    return OcelliClient.builder("127.0.0.1:" + server.getPort()).tls(tls);
  }

  private Tls known() {
    return Tls.trusting(identity.cert()).expecting("ocelli.test");
  }

  @Test
  void aTokenOfEachCallArrives() {
    var number = new AtomicInteger();
    var tls = known().showing(identity.cert(), identity.key());
    try (var client = client(tls).token(() -> "token-" + number.incrementAndGet()).connect()) {
      client.models().list();
      assertEquals("Bearer token-1", authorization.get());
      client.models().list();
      assertEquals("Bearer token-2", authorization.get());
    }
  }

  @Test
  void aTokenThatCannotBeHadFailsTheCall() {
    var builder =
        client(known())
            .token(
                () -> {
                  throw new IllegalStateException("the vault is shut");
                });
    try (var client = builder.connect()) {
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      assertEquals(Code.UNAUTHENTICATED, error.code());
      assertTrue(error.getMessage().contains("the vault is shut"), error.getMessage());
    }
  }

  @Test
  void anotherNameIsRefused() {
    refuses(Tls.trusting(identity.cert()));
  }

  @Test
  void anUnknownAuthorityIsRefused() throws Exception {
    var other = Identity.issue(Files.createDirectory(folder.resolve("other")), "DNS:ocelli.test");
    refuses(Tls.trusting(other.cert()).expecting("ocelli.test"));
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    var other = Identity.issue(Files.createDirectory(folder.resolve("other")), "DNS:ocelli.test");
    refuses(known().showing(identity.cert(), other.key()));
  }

  private void refuses(Tls tls) {
    try (var client = client(tls).connect()) {
      var error = assertThrows(OcelliException.class, () -> client.models().list());
      FailedCallTest.checkUnreachable(error, "127.0.0.1:" + server.getPort());
    }
  }
}
