package dev.ocelli.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.QuotaFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.SdkTables;
import io.grpc.ConnectivityState;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Any failure of a call, or of one item of a stream or batch.
 *
 * <p>Failures of calls are thrown. Failures of single frames, images and points arrive as {@code
 * google.rpc.Status} values, because the stream or batch around them goes on; {@link #of(Status)}
 * reads them. Branch on {@link #reason()}, show {@link #getMessage()} to people.
 */
public final class OcelliException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String REASON_PREFIX = "ERROR_REASON_";

  /** Details and all, as the server sent them or as this client made them. */
  private final Status status;

  OcelliException(Status status, Throwable cause) {
    super(describe(status), cause);
    this.status = status;
  }

  /**
   * Reads the error of one frame, image or point.
   *
   * @param status the {@code error} of an answer
   * @return the same as an exception, ready to be asked or thrown
   */
  public static OcelliException of(Status status) {
    return new OcelliException(status, null);
  }

  /**
   * Reads what a generated stub on {@link OcelliClient#channel()}, or a future of {@link
   * OcelliAsyncClient}, threw.
   *
   * @param error a {@link io.grpc.StatusRuntimeException}, {@link io.grpc.StatusException} or
   *     {@link java.util.concurrent.CompletionException}, or what came with one
   * @return the failure with its details
   */
  public static OcelliException from(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OcelliException found) {
        return found;
      }
    }
    var status = io.grpc.Status.fromThrowable(error);
    if (status.getCause() == error) {
      return Failures.of(Code.UNKNOWN, String.valueOf(error.getMessage()), "", error); // no call's
    }
    // A stub on another channel: of its connection, and of who cancelled, nothing is known.
    var call = new FailedCall("the server", ConnectivityState.READY, true);
    return call.read(status, io.grpc.Status.trailersFromThrowable(error));
  }

  /**
   * The gRPC status code.
   *
   * @return {@link Code#UNKNOWN} if it is none that this client knows
   */
  public Code code() {
    return io.grpc.Status.fromCodeValue(status.getCode()).getCode();
  }

  /**
   * The contract's reason.
   *
   * @return {@link ErrorReason#ERROR_REASON_UNSPECIFIED} if the failure has none, as when no server
   *     answers; {@link ErrorReason#UNRECOGNIZED} if the server is newer than this client
   */
  public ErrorReason reason() {
    return reason(status);
  }

  /**
   * The name of the reason, without its prefix.
   *
   * @return such as {@code MODEL_NOT_FOUND}, or an empty string if the failure has none
   */
  public String reasonName() {
    return reasonName(status);
  }

  /**
   * What to do about it.
   *
   * @return one line, or an empty string. {@link #getMessage} ends with it, unless the server's
   *     message says the same
   */
  public String hint() {
    return hint(status);
  }

  /**
   * The fields of the request that were refused.
   *
   * @return paths such as {@code image.encoded}, each with what is wrong
   */
  public List<BadRequest.FieldViolation> fieldViolations() {
    return detail(status, BadRequest.class)
        .map(BadRequest::getFieldViolationsList)
        .orElseGet(List::of);
  }

  /**
   * The model, collection or point that the failure is about.
   *
   * @return its type and name, or empty if the failure names none
   */
  public Optional<ResourceInfo> resource() {
    return detail(status, ResourceInfo.class);
  }

  /**
   * The limits that were met.
   *
   * @return subjects such as a setting of the server, each with a description
   */
  public List<QuotaFailure.Violation> quotaViolations() {
    return detail(status, QuotaFailure.class)
        .map(QuotaFailure::getViolationsList)
        .orElseGet(List::of);
  }

  /**
   * How long to wait before another attempt.
   *
   * @return as the server says; 100 ms for a connection that is lost or cannot be made; else empty
   */
  public Optional<Duration> retryAfter() {
    return detail(status, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  /**
   * Whether the same call may succeed later.
   *
   * @return true for what is unavailable, overloaded or late
   */
  public boolean isRetryable() {
    return switch (code()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
      case RESOURCE_EXHAUSTED ->
          switch (reason()) {
            case ERROR_REASON_MESSAGE_TOO_LARGE, ERROR_REASON_ANSWER_TOO_LARGE -> false;
            default -> true;
          };
      default -> false;
    };
  }

  /**
   * The failure as the contract writes it.
   *
   * @return code, message and details
   */
  public Status status() {
    return status;
  }

  private static ErrorReason reason(Status status) {
    var name = reasonName(status);
    if (name.isEmpty()) {
      return ErrorReason.ERROR_REASON_UNSPECIFIED;
    }
    try {
      return ErrorReason.valueOf(REASON_PREFIX + name);
    } catch (IllegalArgumentException newer) {
      return ErrorReason.UNRECOGNIZED;
    }
  }

  private static String reasonName(Status status) {
    return detail(status, ErrorInfo.class)
        .filter(info -> info.getDomain().equals(SdkTables.ERROR_DOMAIN))
        .map(ErrorInfo::getReason)
        .orElse("");
  }

  private static String hint(Status status) {
    return detail(status, Help.class)
        .filter(help -> help.getLinksCount() > 0)
        .map(help -> help.getLinks(0).getDescription())
        .orElseGet(() -> SdkTables.hint(reason(status)));
  }

  private static String describe(Status status) {
    var message = status.getMessage();
    if (message.isEmpty()) {
      message = io.grpc.Status.fromCodeValue(status.getCode()).getCode().name();
    }
    var hint = hint(status);
    return says(message, hint) ? message : message + " (" + hint + ")";
  }

  private static boolean says(String message, String hint) {
    return message.toLowerCase(Locale.ROOT).contains(hint.toLowerCase(Locale.ROOT));
  }

  private static <T extends Message> Optional<T> detail(Status status, Class<T> type) {
    for (Any packed : status.getDetailsList()) {
      if (packed.is(type)) {
        try {
          return Optional.of(packed.unpack(type));
        } catch (InvalidProtocolBufferException damaged) {
          return Optional.empty(); // a proxy's detail is not ours to fail on
        }
      }
    }
    return Optional.empty();
  }
}
