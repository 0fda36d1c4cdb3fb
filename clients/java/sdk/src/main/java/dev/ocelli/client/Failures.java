package dev.ocelli.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.Status;
import dev.ocelli.v1.SdkTables;
import io.grpc.Status.Code;
import java.util.Locale;

/** Failures that this side finds, written as the server would write them. */
final class Failures {
  static final String CLIENT_LIMIT = "the client's maxMessageBytes()";
  static final String SERVER_LIMIT = "the server's max_message_bytes";
  static final ErrorInfo LATE = reason("DEADLINE_EXCEEDED");
  private static final ErrorInfo TOO_LARGE = reason("MESSAGE_TOO_LARGE");

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

  /** A message that is over a limit, {@link #CLIENT_LIMIT} or {@link #SERVER_LIMIT}. */
  static OcelliException tooLarge(long sizeBytes, long maxBytes, String limit) {
    var message =
        String.format(
            Locale.ROOT, "a message of %,d bytes is over %s, %,d", sizeBytes, limit, maxBytes);
    return of(Code.RESOURCE_EXHAUSTED, message, "", null, TOO_LARGE);
  }

  /** A server that does not keep to the contract. */
  static OcelliException broken(String message) {
    return of(Code.INTERNAL, message, "is it an Ocelli server of this version?", null);
  }

  private static ErrorInfo reason(String name) {
    return ErrorInfo.newBuilder().setDomain(SdkTables.ERROR_DOMAIN).setReason(name).build();
  }
}
