package dev.ocelli.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.ocelli.v1.SdkTables;
import io.grpc.Status.Code;
import java.util.Locale;

/** Failures that this side finds, written as the server would write them. */
final class Failures {
  static final String CLIENT_LIMIT = "the client's maxMessageBytes()";
  static final String SERVER_LIMIT = "the server's max_message_bytes";
  static final ErrorInfo LATE = reason("DEADLINE_EXCEEDED");

  /** When to try again where no server says so: when the connection is. */
  static final RetryInfo SOON =
      RetryInfo.newBuilder().setRetryDelay(Durations.fromMillis(Reconnection.FIRST_MS)).build();

  private static final ErrorInfo TOO_LARGE = reason("MESSAGE_TOO_LARGE");
  private static final ErrorInfo ANSWER_TOO_LARGE = reason("ANSWER_TOO_LARGE");

  private Failures() {}

  /**
   * A failure of gRPC's or of this client's own.
   *
   * @param hint what to do about it; empty: what the contract's table has for the reason, if any
   */
  static OcelliException of(
      Code code, String message, String hint, Throwable cause, Message... details) {
    var status = Status.newBuilder().setCode(code.value()).setMessage(message);
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    if (!hint.isEmpty()) {
      var link = Help.Link.newBuilder().setDescription(hint);
      status.addDetails(Any.pack(Help.newBuilder().addLinks(link).build()));
    }
    return new OcelliException(status.build(), cause);
  }

  /** An argument that cannot be used; {@code field} is its path. */
  static OcelliException invalid(String field, String message, String hint, Throwable cause) {
    var violation = BadRequest.FieldViolation.newBuilder().setField(field).setDescription(message);
    var violations = BadRequest.newBuilder().addFieldViolations(violation).build();
    return of(Code.INVALID_ARGUMENT, message, hint, cause, violations);
  }

  /** A call that ended without an answer of the service's. */
  static OcelliException lost(String message, String hint, Throwable cause) {
    return of(Code.UNAVAILABLE, message, hint, cause, SOON);
  }

  /** A message that is over a limit, {@link #CLIENT_LIMIT} or {@link #SERVER_LIMIT}. */
  static OcelliException tooLarge(long sizeBytes, long maxBytes, String limit) {
    var message =
        String.format(
            Locale.ROOT, "a message of %,d bytes is over %s, %,d", sizeBytes, limit, maxBytes);
    return of(Code.RESOURCE_EXHAUSTED, message, "", null, TOO_LARGE);
  }

  /** An answer that is over {@link #CLIENT_LIMIT}. */
  static OcelliException answerTooLarge(long sizeBytes, long maxBytes) {
    var message =
        String.format(
            Locale.ROOT,
            "an answer of %,d bytes is over %s, %,d",
            sizeBytes,
            CLIENT_LIMIT,
            maxBytes);
    var violation =
        QuotaFailure.Violation.newBuilder().setSubject("maxMessageBytes").setDescription(message);
    var violations = QuotaFailure.newBuilder().addViolations(violation).build();
    return of(Code.RESOURCE_EXHAUSTED, message, "", null, ANSWER_TOO_LARGE, violations);
  }

  /** What a thread that was interrupted leaves undone. */
  static OcelliException interrupted(String message, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return of(Code.CANCELLED, message, "", cause);
  }

  /** A server that does not keep to the contract. */
  static OcelliException broken(String message) {
    return of(Code.INTERNAL, message, "is it an Ocelli server of this version?", null);
  }

  private static ErrorInfo reason(String name) {
    return ErrorInfo.newBuilder().setDomain(SdkTables.ERROR_DOMAIN).setReason(name).build();
  }
}
