package dev.ocelli.conformance;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The runner of the conformance cases: {@code Runner run|decode PLAN REPORT}. */
final class Runner {
  private Runner() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3 || !arguments[0].matches("run|decode")) {
      System.err.println("usage: Runner run|decode PLAN REPORT");
      System.exit(2);
    }
    var plan = JsonParser.parseString(Files.readString(Path.of(arguments[1]))).getAsJsonObject();
    var report = arguments[0].equals("run") ? run(plan) : decode(plan);
    // A payload's null is a value.
    var json = new GsonBuilder().serializeNulls().create().toJson(report);
    Files.writeString(Path.of(arguments[2]), json);
    System.exit(0); // whatever a case that took too long still waits for
  }

  private static JsonObject run(JsonObject plan) throws IOException {
    var inputs = Inputs.of(plan);
    var targets = Targets.of(plan);
    var cases = new JsonArray();
    for (var item : plan.getAsJsonArray("cases")) {
      cases.add(new TimedCase(item.getAsJsonObject(), inputs, targets).run());
    }
    var report = new JsonObject();
    report.add("language", plan.get("language"));
    report.add("cases", cases);
    report.add("encoded", encode(plan.getAsJsonArray("golden"), inputs));
    return report;
  }

  private static JsonObject encode(JsonArray golden, Inputs inputs) throws IOException {
    var encoded = new JsonObject();
    for (var item : golden) {
      var message = item.getAsJsonObject();
      var parsed =
          Messages.parse(inputs.resolve(message.get("json")), Messages.type(text(message, "type")));
      encoded.addProperty(
          text(message, "name"), Base64.getEncoder().encodeToString(parsed.toByteArray()));
    }
    return encoded;
  }

  private static JsonObject decode(JsonObject plan) throws IOException {
    var messages = new JsonArray();
    for (var item : plan.getAsJsonArray("messages")) {
      var message = item.getAsJsonObject();
      var bytes = ByteString.copyFrom(Base64.getDecoder().decode(text(message, "bytes")));
      var parsed = Messages.type(text(message, "type")).getParserForType().parseFrom(bytes);
      var decoded = new JsonObject();
      decoded.add("name", message.get("name"));
      decoded.add("json", Messages.print(parsed));
      messages.add(decoded);
    }
    var report = new JsonObject();
    report.add("messages", messages);
    return report;
  }

  private static String text(JsonObject object, String key) {
    return object.get(key).getAsString();
  }
}
