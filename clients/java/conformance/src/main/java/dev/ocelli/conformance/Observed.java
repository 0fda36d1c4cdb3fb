package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.ErrorReason;
import java.util.List;

/**
 * What came of a case.
 *
 * @param response of a unary call, or null
 * @param windows of a stream, in the order in which the client reported them
 * @param answers of a stream, with errors as {@link #describe} has them
 * @param sentIds of a stream, in the order of sending
 * @param error what the call ended with, or null
 */
record Observed(
    JsonObject response,
    List<JsonObject> windows,
    List<JsonObject> answers,
    List<String> sentIds,
    JsonObject error) {

  static Observed response(JsonObject response) {
    return new Observed(response, List.of(), List.of(), List.of(), null);
  }

  static Observed failure(OcelliException error) {
    return new Observed(null, List.of(), List.of(), List.of(), describe(error));
  }

  /** An error with the keys by which cases ask for it, and its message. */
  static JsonObject describe(OcelliException error) {
    var json = new JsonObject();
    json.addProperty("code", error.code().name());
    json.addProperty("reason", reason(error.reason()));
    var fields = new JsonArray();
    error.fieldViolations().forEach(violation -> fields.add(violation.getField()));
    json.add("fields", fields);
    error.resource().ifPresent(found -> json.addProperty("resource", found.getResourceName()));
    json.addProperty("retry", error.retryAfter().isPresent() && error.isRetryable());
    if (!error.quotaViolations().isEmpty()) {
      json.addProperty("quota", error.quotaViolations().get(0).getSubject());
    }
    json.addProperty("hint", !error.hint().isEmpty());
    json.addProperty("message", error.getMessage());
    return json;
  }

  private static String reason(ErrorReason reason) {
    return reason == ErrorReason.ERROR_REASON_UNSPECIFIED
        ? ""
        : reason.name().replace("ERROR_REASON_", "");
  }
}
