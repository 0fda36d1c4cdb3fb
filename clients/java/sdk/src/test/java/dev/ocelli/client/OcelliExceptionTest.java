package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.QuotaFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.ocelli.v1.ErrorReason;
import dev.ocelli.v1.SdkTables;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class OcelliExceptionTest {
  private static Status status(Code code, String domain, String reason) {
    var info = ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build();
    return Status.newBuilder()
        .setCode(code.value())
        .setMessage("words")
        .addDetails(Any.pack(info))
        .build();
  }

  @Test
  void hasWhatTheDetailsSay() {
    var quota =
        QuotaFailure.newBuilder()
            .addViolations(QuotaFailure.Violation.newBuilder().setSubject("max_inflight_bytes"));
    var delay = com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000);
    var status =
        status(Code.RESOURCE_EXHAUSTED, SdkTables.ERROR_DOMAIN, "OVERLOADED").toBuilder()
            .addDetails(Any.pack(quota.build()))
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
            .addDetails(Any.pack(ResourceInfo.newBuilder().setResourceName("m").build()))
            .build();
    var error = OcelliException.of(status);
    assertEquals(ErrorReason.ERROR_REASON_OVERLOADED, error.reason());
    assertEquals("max_inflight_bytes", error.quotaViolations().get(0).getSubject());
    assertEquals(Duration.ofMillis(1500), error.retryAfter().orElseThrow());
    assertEquals("m", error.resource().orElseThrow().getResourceName());
    assertTrue(error.isRetryable());
  }

  @Test
  void theHintIsTheContractsUnlessTheServerHasABetterOne() {
    var status = status(Code.UNAVAILABLE, SdkTables.ERROR_DOMAIN, "DRAINING");
    var plain = OcelliException.of(status);
    assertEquals(SdkTables.hint(ErrorReason.ERROR_REASON_DRAINING), plain.hint());
    assertEquals("words (" + plain.hint() + ")", plain.getMessage());
    var help = Help.newBuilder().addLinks(Help.Link.newBuilder().setDescription("wait")).build();
    var better = OcelliException.of(status.toBuilder().addDetails(Any.pack(help)).build());
    assertEquals("wait", better.hint());
  }

  @Test
  void aHintThatTheMessageHasIsNotRepeated() {
    var hint = SdkTables.hint(ErrorReason.ERROR_REASON_DRAINING);
    var message = "the server stops: " + hint.toUpperCase(Locale.ROOT);
    var status = status(Code.UNAVAILABLE, SdkTables.ERROR_DOMAIN, "DRAINING").toBuilder();
    var error = OcelliException.of(status.setMessage(message).build());
    assertEquals(hint, error.hint());
    assertEquals(message, error.getMessage());
  }

  @Test
  void whatIsTooLargeIsNotToBeRepeated() {
    for (var reason : List.of("MESSAGE_TOO_LARGE", "ANSWER_TOO_LARGE")) {
      var error =
          OcelliException.of(status(Code.RESOURCE_EXHAUSTED, SdkTables.ERROR_DOMAIN, reason));
      assertFalse(error.isRetryable(), reason);
    }
    var answer =
        OcelliException.of(
            status(Code.RESOURCE_EXHAUSTED, SdkTables.ERROR_DOMAIN, "ANSWER_TOO_LARGE"));
    assertEquals(ErrorReason.ERROR_REASON_ANSWER_TOO_LARGE, answer.reason());
    assertTrue(answer.hint().startsWith("ask for less"), answer.hint());
  }

  @Test
  void aMessageThatIsInvalidIsNotToBeRepeated() {
    var error =
        OcelliException.of(
            status(Code.INVALID_ARGUMENT, SdkTables.ERROR_DOMAIN, "MESSAGE_INVALID"));
    assertEquals(ErrorReason.ERROR_REASON_MESSAGE_INVALID, error.reason());
    assertFalse(error.isRetryable());
  }

  @Test
  void whatIsNoStatusIsUnknown() {
    var error = OcelliException.from(new IllegalStateException("broken"));
    assertEquals(Code.UNKNOWN, error.code());
    assertEquals("broken", error.getMessage());
  }

  @Test
  void aReasonOfTheFutureKeepsItsName() {
    var error = OcelliException.of(status(Code.ABORTED, SdkTables.ERROR_DOMAIN, "TOO_SLEEPY"));
    assertEquals(ErrorReason.UNRECOGNIZED, error.reason());
    assertEquals("TOO_SLEEPY", error.reasonName());
  }

  @Test
  void aReasonOfAnotherDomainIsNone() {
    var error = OcelliException.of(status(Code.ABORTED, "proxy.example", "DRAINING"));
    assertEquals(ErrorReason.ERROR_REASON_UNSPECIFIED, error.reason());
  }

  @Test
  void aDamagedTrailerLeavesTheStatus() {
    var key = Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    var trailers = new Metadata();
    trailers.put(key, new byte[] {(byte) 0xff, 1, 2});
    var plain = io.grpc.Status.NOT_FOUND.withDescription("gone").asRuntimeException(trailers);
    var error = OcelliException.from(plain);
    assertEquals(Code.NOT_FOUND, error.code());
    assertEquals("gone", error.getMessage());
  }

  @Test
  void aDamagedDetailIsNone() {
    var damaged =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
            .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, 1, 2}));
    var status = Status.newBuilder().setCode(Code.INTERNAL.value()).addDetails(damaged).build();
    var error = OcelliException.of(status);
    assertEquals("", error.reasonName());
    assertEquals("INTERNAL", error.getMessage());
  }
}
