package dev.ocelli.conformance;

import com.google.gson.JsonElement;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ocelli.client.Frame;
import dev.ocelli.client.IndexEntry;
import dev.ocelli.client.Payloads;
import dev.ocelli.v1.ClassifyStreamConfig;
import dev.ocelli.v1.DetectFrame;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.EmbedFrame;
import dev.ocelli.v1.EmbedStreamConfig;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.IndexItem;
import java.util.ArrayList;
import java.util.List;

/** The configurations, frames and images of stream cases, as the client takes them. */
final class Items {
  private Items() {}

  static DetectStreamConfig detectConfig(JsonElement json) throws InvalidProtocolBufferException {
    return Messages.parse(json, DetectStreamConfig.getDefaultInstance());
  }

  static ClassifyStreamConfig classifyConfig(JsonElement json)
      throws InvalidProtocolBufferException {
    return Messages.parse(json, ClassifyStreamConfig.getDefaultInstance());
  }

  static EmbedStreamConfig embedConfig(JsonElement json) throws InvalidProtocolBufferException {
    return Messages.parse(json, EmbedStreamConfig.getDefaultInstance());
  }

  /** Frames; those without a number, and all of them if {@code numbered}, have their position. */
  static List<Frame> frames(List<JsonElement> sent, boolean numbered)
      throws InvalidProtocolBufferException {
    var frames = new ArrayList<Frame>();
    for (var json : sent) {
      // Frames to detect in or to classify have the same fields, but for the text.
      var packed = Messages.parse(json, EmbedFrame.getDefaultInstance());
      boolean given = !numbered && json.getAsJsonObject().has("frameId");
      var frame = packed.hasText() ? Frame.text(packed.getText()) : Frame.of(packed.getImage());
      frames.add(
          frame
              .takenAt(packed.getCaptureTimeUs())
              .withId(given ? packed.getFrameId() : frames.size()));
    }
    return frames;
  }

  static List<IndexEntry> entries(List<JsonElement> sent) throws InvalidProtocolBufferException {
    var entries = new ArrayList<IndexEntry>();
    for (var json : sent) {
      var packed = Messages.parse(json, IndexItem.getDefaultInstance());
      var entry =
          packed.hasText()
              ? IndexEntry.text(packed.getId(), packed.getText())
              : IndexEntry.of(packed.getId(), packed.getImage());
      entries.add(entry.with(Payloads.toMap(packed.getPayload())));
    }
    return entries;
  }

  /** The image of a frame. */
  static Image image(JsonElement frame) throws InvalidProtocolBufferException {
    return Messages.parse(frame, DetectFrame.getDefaultInstance()).getImage();
  }

  static String id(Frame frame) {
    return Long.toUnsignedString(frame.id());
  }
}
