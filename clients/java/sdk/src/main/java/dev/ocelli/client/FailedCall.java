package dev.ocelli.client;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import java.util.regex.Pattern;

/** What ended a call, read from the service's details or from gRPC's own words. */
final class FailedCall {
  private static final Pattern REFUSED =
      Pattern.compile("Received message larger than max \\((?<size>\\d+) vs\\. (?<max>\\d+)\\)");
  private static final Pattern RECEIVED =
      Pattern.compile("exceeds maximum size (?<max>\\d+): (?<size>\\d+)");

  private FailedCall() {}

  /**
   * Reads the end of a call.
   *
   * @param trailers null if there are none
   */
  static OcelliException read(Status status, Metadata trailers, String address) {
    try {
      var sent = StatusProto.fromStatusAndTrailers(status, trailers);
      if (sent.getDetailsCount() > 0) {
        return new OcelliException(sent, status.getCause());
      }
    } catch (IllegalArgumentException foreign) {
      // A proxy's trailer is not ours to fail on.
    }
    return plain(status, address);
  }

  /** A call that gRPC itself ended, without a status of the service's. */
  private static OcelliException plain(Status status, String address) {
    var details = status.getDescription() == null ? "" : status.getDescription();
    var cause = status.getCause();
    if (cause instanceof OcelliException own) {
      return own; // this client called it off
    }
    var tooLarge = tooLarge(details);
    if (tooLarge != null) {
      return tooLarge;
    }
    if (details.startsWith("Channel shutdown")) {
      return failure(Code.CANCELLED, "the client is closed", "make another one", cause);
    }
    if (status.getCode() == Code.DEADLINE_EXCEEDED) {
      return late(details, address, cause);
    }
    if (status.getCode() == Code.UNAVAILABLE || status.getCode() == Code.INTERNAL) {
      var found = Unreachable.find(details, cause);
      if (found != null) {
        var message = "cannot reach " + address + ": " + found.message();
        return failure(Code.UNAVAILABLE, message, found.hint(), cause);
      }
    }
    var words = details.isEmpty() ? status.getCode().name() : details;
    var message =
        switch (status.getCode()) {
          case UNIMPLEMENTED -> address + " does not offer this call: " + words;
          case UNAVAILABLE -> address + " is not available: " + words;
          default -> words;
        };
    return failure(status.getCode(), message, hint(status.getCode()), cause);
  }

  private static String hint(Code code) {
    return switch (code) {
      case UNIMPLEMENTED -> "is it an Ocelli server, and of the same version as this client?";
      case UNAVAILABLE, RESOURCE_EXHAUSTED -> "call again a little later";
      case UNAUTHENTICATED, PERMISSION_DENIED -> "connect with a token that is good for this";
      default -> "";
    };
  }

  private static OcelliException late(String details, String address, Throwable cause) {
    boolean connecting = details.contains("waiting_for_connection");
    return failure(
        Code.DEADLINE_EXCEEDED,
        "no " + (connecting ? "connection to " : "answer from ") + address + " in the time allowed",
        connecting
            ? "does an Ocelli server listen there? then allow more time with withDeadline()"
            : "allow more time with withDeadline(), or send less",
        cause,
        Failures.LATE);
  }

  private static OcelliException failure(
      Code code, String message, String hint, Throwable cause, Message... details) {
    return Failures.of(code, message.lines().findFirst().orElse(""), hint, cause, details);
  }

  private static OcelliException tooLarge(String details) {
    for (var side : new Pattern[] {REFUSED, RECEIVED}) {
      var found = side.matcher(details);
      if (found.find()) {
        return Failures.tooLarge(
            Long.parseLong(found.group("size")),
            Long.parseLong(found.group("max")),
            side == REFUSED ? "server" : "client");
      }
    }
    return null;
  }
}
