package dev.ocelli.client;

import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.SdkTables;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ended a call, read from the service's details or from what gRPC itself found.
 *
 * @param address whom the client called
 * @param state the connection's at the end of the call
 * @param cancelledByCaller whether the caller, or the context of the call, cancelled it
 */
record FailedCall(String address, ConnectivityState state, boolean cancelledByCaller) {
  private static final int MAX_WORDS = 300;
  private static final String UNREACHABLE = SdkTables.UNREACHABLE_HINT;
  private static final String AGAIN = SdkTables.hint(ErrorReason.ERROR_REASON_DRAINING);
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
    if (hasClosed(status)) {
      return Failures.of(Code.CANCELLED, "the client is closed", "make another one", cause);
    }
    if (isUnreachable(status, trailers)) {
      return Failures.lost("cannot reach " + address + ": " + words, UNREACHABLE, cause);
    }
    return switch (status.getCode()) {
      case CANCELLED ->
          cancelledByCaller
              ? failure(status, words, "")
              : Failures.lost(
                  address + ", or the connection to it, ended the call: " + words, AGAIN, cause);
      case UNIMPLEMENTED ->
          failure(
              status,
              address + " does not offer this call: " + words,
              "is it an Ocelli server, and of the same version as this client?");
      case RESOURCE_EXHAUSTED ->
          Failures.of(status.getCode(), words, "call again after the delay", cause, Failures.SOON);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          failure(status, words, "connect with a token that is good for this");
      default -> failure(status, words, "");
    };
  }

  /** Whether this client ended the call together with its connection. */
  private boolean hasClosed(Status status) {
    boolean ended = status.getCode() == Code.UNAVAILABLE || status.getCode() == Code.CANCELLED;
    return ended && state == ConnectivityState.SHUTDOWN;
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
        connected ? "" : UNREACHABLE,
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
    var refused = REFUSED.matcher(words);
    if (refused.find()) {
      return Failures.tooLarge(size(refused), max(refused), Failures.SERVER_LIMIT);
    }
    var received = RECEIVED.matcher(words);
    return received.find() ? Failures.answerTooLarge(size(received), max(received)) : null;
  }

  private static long size(Matcher found) {
    return Long.parseLong(found.group("size"));
  }

  private static long max(Matcher found) {
    return Long.parseLong(found.group("max"));
  }
}
