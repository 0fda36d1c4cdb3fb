package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;

/**
 * What is expected of a case.
 *
 * @param expect the case's object
 */
record Expectation(JsonObject expect) {

  /** Tells in one line what differs; empty if nothing does. */
  String difference(Observed observed, long tookMs) {
    var error = observed.error();
    if (error != null && !expect.has("error")) {
      return "it failed: " + error;
    }
    if (error == null && expect.has("error")) {
      return "it did not fail; expected " + expect.get("error");
    }
    var differences = new ArrayList<String>();
    for (var key : expect.keySet()) {
      differences.add(difference(key, observed, tookMs));
    }
    return differences.stream().filter(line -> !line.isEmpty()).findFirst().orElse("");
  }

  private String difference(String key, Observed observed, long tookMs) {
    var wanted = expect.get(key);
    return switch (key) {
      case "response" -> Matching.difference(wanted, observed.response(), key);
      case "window" ->
          Matching.difference(wanted, observed.windows().stream().findFirst().orElse(null), key);
      case "windows" -> Matching.difference(wanted, array(observed.windows()), key);
      case "answers" -> Matching.difference(wanted, array(observed.answers()), key);
      case "each" -> each(observed.answers());
      case "count" ->
          Matching.difference(wanted, new JsonPrimitive(observed.answers().size()), key);
      case "outcomes" -> Matching.difference(wanted, outcomes(observed.answers()), key);
      case "in_order" -> wanted.getAsBoolean() ? order(observed) : "";
      case "error" -> {
        var found = Matching.difference(wanted, observed.error(), key);
        yield found.isEmpty() ? "" : found + ", in " + observed.error();
      }
      case "within_ms" ->
          tookMs <= wanted.getAsLong() ? "" : "it took " + tookMs + " ms; expected " + wanted;
      case "at_least_ms" ->
          tookMs >= wanted.getAsLong() ? "" : "it took " + tookMs + " ms; expected " + wanted;
      default -> "the runner does not know what '" + key + "' expects";
    };
  }

  private String each(List<JsonObject> answers) {
    for (int at = 0; at < answers.size(); at++) {
      var found = Matching.difference(expect.get("each"), answers.get(at), "answers[" + at + "]");
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  private static JsonObject outcomes(List<JsonObject> answers) {
    var counts = new JsonObject();
    for (var answer : answers) {
      var outcome = answer.has("error") ? "error" : answer.has("dropped") ? "dropped" : "result";
      int before = counts.has(outcome) ? counts.get(outcome).getAsInt() : 0;
      counts.addProperty(outcome, before + 1);
    }
    return counts;
  }

  private static String order(Observed observed) {
    var ids = observed.answers().stream().map(Expectation::id).toList();
    var sent = observed.sentIds();
    return ids.size() <= sent.size() && ids.equals(sent.subList(0, ids.size()))
        ? ""
        : "answers came in the order " + ids + "; sent in " + sent;
  }

  /** The id of an answer; JSON leaves a frame's out if it is 0. */
  private static String id(JsonObject answer) {
    return answer.has("id")
        ? answer.get("id").getAsString()
        : answer.has("frameId") ? answer.get("frameId").getAsString() : "0";
  }

  private static JsonArray array(List<JsonObject> items) {
    var array = new JsonArray();
    items.forEach(array::add);
    return array;
  }
}
