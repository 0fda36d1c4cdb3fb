package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * What stands for something else in the JSON of cases.
 *
 * @param language put in place of {@code {language}}
 * @param files folder of the images
 */
record Inputs(String language, Path files) {

  static Inputs of(JsonObject plan) {
    return new Inputs(plan.get("language").getAsString(), Path.of(plan.get("files").getAsString()));
  }

  /** The same with languages, files and zeros put in. */
  JsonElement resolve(JsonElement json) throws IOException {
    if (json instanceof JsonObject object) {
      return resolveObject(object);
    }
    if (json instanceof JsonArray array) {
      var resolved = new JsonArray();
      for (var item : array) {
        resolved.add(resolve(item));
      }
      return resolved;
    }
    return json instanceof JsonPrimitive value && value.isString()
        ? new JsonPrimitive(value.getAsString().replace("{language}", language))
        : json;
  }

  private JsonElement resolveObject(JsonObject object) throws IOException {
    if (object.has("$file")) {
      return base64(Files.readAllBytes(files.resolve(object.get("$file").getAsString())));
    }
    if (object.has("$zeros")) {
      return base64(new byte[object.get("$zeros").getAsInt()]);
    }
    var resolved = new JsonObject();
    for (var member : object.entrySet()) {
      resolved.add(member.getKey(), resolve(member.getValue()));
    }
    return resolved;
  }

  private static JsonPrimitive base64(byte[] bytes) {
    return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
  }
}
