package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Set;

/** Whether a value is as expected, and where it is not. */
final class Matching {
  private static final double TOLERANCE = 1e-4;
  private static final Set<String> DEFAULTS = Set.of("0", "\"0\"", "\"\"", "false", "[]");

  private Matching() {}

  /**
   * Compares.
   *
   * @param actual null if it is absent
   * @param path where it is, for the difference
   * @return one line, empty if it matches
   */
  static String difference(JsonElement expected, JsonElement actual, String path) {
    if (expected instanceof JsonObject object) {
      return isMatcher(object) ? matcher(object, actual, path) : members(object, actual, path);
    }
    if (actual == null) {
      return DEFAULTS.contains(expected.toString()) ? "" : differs(expected, null, path);
    }
    if (expected instanceof JsonArray array && actual instanceof JsonArray found) {
      return array.size() == found.size()
          ? elements(array, found, path)
          : differs(expected, actual, path);
    }
    return equal(expected, actual) ? "" : differs(expected, actual, path);
  }

  private static String members(JsonObject expected, JsonElement actual, String path) {
    if (actual != null && !actual.isJsonObject()) {
      return differs(expected, actual, path);
    }
    for (var member : expected.entrySet()) {
      var key = member.getKey();
      var found = actual == null ? null : actual.getAsJsonObject().get(key);
      var difference = difference(member.getValue(), found, path + "." + key);
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  private static String elements(JsonArray expected, JsonArray actual, String path) {
    for (int at = 0; at < expected.size(); at++) {
      var difference = difference(expected.get(at), actual.get(at), path + "[" + at + "]");
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  private static boolean equal(JsonElement expected, JsonElement actual) {
    if (isNumber(expected) && isNumber(actual)) {
      double wanted = expected.getAsDouble();
      return near(actual, wanted, TOLERANCE + TOLERANCE * Math.abs(wanted));
    }
    return expected.equals(actual);
  }

  private static boolean isMatcher(JsonObject object) {
    return object.keySet().stream().anyMatch(key -> key.startsWith("$"));
  }

  private static String matcher(JsonObject matcher, JsonElement actual, String path) {
    return holds(matcher, actual) ? "" : differs(matcher, actual, path);
  }

  private static boolean holds(JsonObject matcher, JsonElement actual) {
    if (matcher.has("$near")) {
      double within = matcher.get("$within").getAsDouble();
      return near(or0(actual), matcher.get("$near").getAsDouble(), within);
    } else if (matcher.has("$between")) {
      return between(matcher.getAsJsonArray("$between"), or0(actual));
    } else if (matcher.has("$length")) {
      return length(actual) == matcher.get("$length").getAsInt();
    } else if (matcher.has("$starts")) {
      return starts(matcher.getAsJsonArray("$starts"), actual);
    } else if (matcher.has("$contains")) {
      return contains(matcher.get("$contains"), actual);
    } else if (matcher.has("$nonempty")) {
      return actual != null && !Set.of("\"\"", "[]", "0", "\"0\"").contains(actual.toString());
    }
    throw new IllegalArgumentException("the runner does not know the matcher " + matcher);
  }

  private static boolean near(JsonElement actual, double wanted, double within) {
    return isNumber(actual) && Math.abs(actual.getAsDouble() - wanted) <= within;
  }

  private static boolean between(JsonArray bounds, JsonElement actual) {
    if (!(actual instanceof JsonPrimitive value)) {
      return false;
    }
    try {
      double number = value.getAsDouble();
      return bounds.get(0).getAsDouble() <= number && number <= bounds.get(1).getAsDouble();
    } catch (NumberFormatException noNumber) {
      return false;
    }
  }

  private static int length(JsonElement actual) {
    if (actual == null) {
      return 0;
    } else if (actual instanceof JsonArray array) {
      return array.size();
    }
    return isString(actual) ? actual.getAsString().length() : -1;
  }

  private static boolean starts(JsonArray wanted, JsonElement actual) {
    var found = actual instanceof JsonArray array ? array : new JsonArray();
    return found.size() >= wanted.size() && elements(wanted, found, "").isEmpty();
  }

  private static boolean contains(JsonElement wanted, JsonElement actual) {
    if (actual instanceof JsonArray array) {
      return array.asList().stream().anyMatch(item -> difference(wanted, item, "").isEmpty());
    }
    return isString(actual)
        && isString(wanted)
        && actual.getAsString().contains(wanted.getAsString());
  }

  private static JsonElement or0(JsonElement actual) {
    return actual == null ? new JsonPrimitive(0) : actual;
  }

  private static boolean isNumber(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  private static boolean isString(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }

  private static String differs(JsonElement expected, JsonElement actual, String path) {
    return path + " is " + shortened(actual) + "; expected " + shortened(expected);
  }

  private static String shortened(JsonElement value) {
    var text = String.valueOf(value);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
