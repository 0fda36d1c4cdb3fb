package dev.ocelli.client;

import dev.ocelli.v1.SdkTables;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import java.util.regex.Pattern;

/**
 * What ended a call, read from the service's details or from what gRPC itself found.
 *
 * @param address whom the client called
 * @param state the connection's at the end of the call
 */
record FailedCall(String address, ConnectivityState state) {
  private static final int MAX_WORDS = 300;
  private static final Metadata.Key<String> CONTENT_TYPE =
      Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER);

  /** A gRPC server refuses with a status that has no details, only these words of its library. */
  private static final Pattern REFUSED =
      Pattern.compile("Received message larger than max \\((?<size>\\d+) vs\\. (?<max>\\d+)\\)");

  /** The words of gRPC for Java, on this side. */
  private static final Pattern RECEIVED =
      Pattern.compile("exceeds maximum size (?<max>\\d+): (?<size>\\d+)");

  /**
   * Reads the end of a call.
   *
   * @param trailers null if there are none
   */
  OcelliException read(Status status, Metadata trailers) {
    try {
      var sent = StatusProto.fromStatusAndTrailers(status, trailers);
      if (sent.getDetailsCount() > 0) {
        return new OcelliException(sent, status.getCause());
      }
    } catch (IllegalArgumentException foreign) {
      // A proxy's trailer is not ours to fail on.
    }
    if (status.getCause() instanceof OcelliException own) {
      return own; // this client called it off
    }
    return plain(status, trailers);
  }

  /** A call that ended without a status of the service's. */
  private OcelliException plain(Status status, Metadata trailers) {
    var cause = status.getCause();
    var words = words(status);
    var tooLarge = status.getCode() == Code.RESOURCE_EXHAUSTED ? tooLarge(words) : null;
    if (tooLarge != null) {
      return tooLarge;
    }
    if (status.getCode() == Code.DEADLINE_EXCEEDED) {
      return late(cause);
    }
    if (status.getCode() == Code.UNAVAILABLE && state == ConnectivityState.SHUTDOWN) {
      return Failures.of(Code.CANCELLED, "the client is closed", "make another one", cause);
    }
    if (isUnreachable(status, trailers)) {
      var message = "cannot reach " + address + ": " + words;
      return Failures.of(Code.UNAVAILABLE, message, SdkTables.UNREACHABLE_HINT, cause);
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          failure(
              status,
              address + " does not offer this call: " + words,
              "is it an Ocelli server, and of the same version as this client?");
      case RESOURCE_EXHAUSTED -> failure(status, words, "call again a little later");
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          failure(status, words, "connect with a token that is good for this");
      default -> failure(status, words, "");
    };
  }

  /** Whether no service answered: the transport failed, or the other side does not speak gRPC. */
  private static boolean isUnreachable(Status status, Metadata trailers) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> true;
      // A status that a server sent has no cause, and the content type of gRPC.
      case INTERNAL, UNKNOWN -> status.getCause() != null || isForeign(trailers);
      default -> false;
    };
  }

  private static boolean isForeign(Metadata trailers) {
    var type = trailers == null ? null : trailers.get(CONTENT_TYPE);
    return type != null && !type.startsWith("application/grpc");
  }

  private OcelliException late(Throwable cause) {
    boolean connected = state == ConnectivityState.READY;
    return Failures.of(
        Code.DEADLINE_EXCEEDED,
        "no " + (connected ? "answer from " : "connection to ") + address + " in the time allowed",
        connected ? "" : SdkTables.UNREACHABLE_HINT,
        cause,
        Failures.LATE);
  }

  private static OcelliException failure(Status status, String message, String hint) {
    return Failures.of(status.getCode(), message, hint, status.getCause());
  }

  /** gRPC's own words, and those of what lies at the bottom of it: one line. */
  private static String words(Status status) {
    var words = firstLine(status.getDescription());
    var root = status.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    var below = root == null ? "" : firstLine(root.getMessage());
    if (!below.isEmpty() && !words.contains(below)) {
      words = words.isEmpty() ? below : words + ": " + below;
    }
    if (words.isEmpty()) {
      words = status.getCode().name();
    }
    return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + "…";
  }

  private static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("").strip();
  }

  private static OcelliException tooLarge(String words) {
    for (var side : new Pattern[] {REFUSED, RECEIVED}) {
      var found = side.matcher(words);
      if (found.find()) {
        return Failures.tooLarge(
            Long.parseLong(found.group("size")),
            Long.parseLong(found.group("max")),
            side == REFUSED ? Failures.SERVER_LIMIT : Failures.CLIENT_LIMIT);
      }
    }
    return null;
  }
}
