package dev.ocelli.conformance;

import com.google.gson.JsonElement;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ocelli.client.Frame;
import dev.ocelli.client.IndexEntry;
import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.EmbedStreamConfig;
import dev.ocelli.v1.IndexItem;
import java.util.ArrayList;
import java.util.List;

/** The configurations, frames and images of stream cases, as the client takes them. */
final class Items {
  private Items() {}

  static DetectStreamConfig detectConfig(JsonElement json) throws InvalidProtocolBufferException {
    return Messages.parse(json, DetectStreamConfig.getDefaultInstance());
  }

  static EmbedStreamConfig embedConfig(JsonElement json) throws InvalidProtocolBufferException {
    return Messages.parse(json, EmbedStreamConfig.getDefaultInstance());
  }

  /** Frames; those without a number, and all of them if {@code numbered}, have their position. */
  static List<Frame> frames(List<JsonElement> sent, boolean numbered)
      throws InvalidProtocolBufferException {
    var frames = new ArrayList<Frame>();
    for (var json : sent) {
      // The frames of all kinds of streams have the same fields.
      var packed = Messages.parse(json, DetectFrame.getDefaultInstance());
      boolean given = !numbered && json.getAsJsonObject().has("frameId");
      frames.add(
          Frame.of(packed.getImage())
              .takenAt(packed.getCaptureTimeUs())
              .withId(given ? packed.getFrameId() : frames.size()));
    }
    return frames;
  }

  static List<IndexEntry> entries(List<JsonElement> sent) throws InvalidProtocolBufferException {
    var entries = new ArrayList<IndexEntry>();
    for (var json : sent) {
      var packed = Messages.parse(json, IndexItem.getDefaultInstance());
      entries.add(new IndexEntry(packed.getId(), packed::getImage, packed.getPayload()));
    }
    return entries;
  }

  static String id(Frame frame) {
    return Long.toUnsignedString(frame.id().orElseThrow());
  }
}
