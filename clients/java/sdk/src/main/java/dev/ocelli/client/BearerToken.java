package dev.ocelli.client;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Sends {@code authorization: Bearer …} with every call. */
final class BearerToken extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Supplier<String> token;

  BearerToken(Supplier<String> token) {
    this.token = token;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    executor.execute(
        () -> {
          try {
            var value = token.get();
            if (value == null || !value.matches("\\p{Graph}+")) {
              throw new IllegalArgumentException(
                  "it is empty or has characters that a header cannot carry");
            }
            var headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + value);
            applier.apply(headers);
          } catch (RuntimeException failed) {
            applier.fail(
                Status.UNAUTHENTICATED
                    .withDescription("there is no token: " + failed.getMessage())
                    .withCause(failed));
          }
        });
  }
}
