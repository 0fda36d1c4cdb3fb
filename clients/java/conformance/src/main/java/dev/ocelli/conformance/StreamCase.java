package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import dev.ocelli.client.AnswerStream;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.StreamWindow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Streams through the client's own methods. */
final class StreamCase {
  private StreamCase() {}

  static Observed run(OcelliClient client, JsonObject item) throws InvalidProtocolBufferException {
    // The client draws frames in a thread of its own.
    var sentIds = Collections.synchronizedList(new ArrayList<String>());
    var answers = new ArrayList<JsonObject>();
    var windows = new ArrayList<StreamWindow>();
    JsonObject error = null;
    try (var stream = open(client, item, sentIds).onWindow(windows::add)) {
      int leaveAfter = number(item, "cancel_after", Integer.MAX_VALUE);
      while (answers.size() < leaveAfter && stream.hasNext()) {
        answers.add(describe(stream.next()));
      }
    } catch (OcelliException failed) {
      error = Observed.describe(failed);
    }
    return new Observed(null, print(windows), answers, List.copyOf(sentIds), error);
  }

  /** An answer of a stream, its error as the client has it. */
  static JsonObject describe(Message answer) throws InvalidProtocolBufferException {
    var json = Messages.print(answer);
    var type = answer.getDescriptorForType();
    if (type.findFieldByName("id") != null && !json.has("id")) {
      json.addProperty("id", ""); // JSON leaves it out, and the order of answers is told by it
    }
    var field = type.findFieldByName("error");
    if (answer.hasField(field)) {
      json.add("error", Observed.describe(OcelliException.of((Status) answer.getField(field))));
    }
    return json;
  }

  private static AnswerStream<? extends Message> open(
      OcelliClient client, JsonObject item, List<String> sentIds)
      throws InvalidProtocolBufferException {
    var rpc = item.get("rpc").getAsString();
    int repeat = number(item, "repeat", 1);
    var sent = sequence(item.getAsJsonArray("frames"), repeat);
    var pace = new Pace(number(item, "pause_ms", 0));
    var config = item.get("config");
    return switch (rpc) {
      case "DetectService/DetectStream" ->
          client.detectStream(
              pace.of(Items.frames(sent, repeat > 1), frame -> sentIds.add(Items.id(frame))),
              Items.detectConfig(config));
      case "ClassifyService/ClassifyStream" ->
          client.classifyStream(
              pace.of(Items.frames(sent, repeat > 1), frame -> sentIds.add(Items.id(frame))),
              Items.classifyConfig(config));
      case "EmbedService/EmbedStream" ->
          client.embedStream(
              pace.of(Items.frames(sent, repeat > 1), frame -> sentIds.add(Items.id(frame))),
              Items.embedConfig(config));
      case "PointService/IndexStream" ->
          client
              .points()
              .indexStream(
                  config.getAsJsonObject().get("collection").getAsString(),
                  pace.of(Items.entries(sent), entry -> sentIds.add(entry.id())));
      default -> throw new IllegalArgumentException("no stream " + rpc);
    };
  }

  private static List<JsonObject> print(List<StreamWindow> windows)
      throws InvalidProtocolBufferException {
    var printed = new ArrayList<JsonObject>();
    for (var window : windows) {
      printed.add(Messages.print(window));
    }
    return printed;
  }

  private static List<JsonElement> sequence(JsonArray frames, int repeat) {
    var all = new ArrayList<JsonElement>();
    for (int round = 0; round < repeat; round++) {
      frames.forEach(all::add);
    }
    return all;
  }

  private static int number(JsonObject item, String key, int absent) {
    return item.has(key) ? item.get(key).getAsInt() : absent;
  }
}
