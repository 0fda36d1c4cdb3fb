package dev.ocelli.conformance;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectRequest;
import dev.ocelli.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A stream whose server is stopped, and the next server on its address. */
final class DrainCase {
  private static final long COMES_BACK_WITHIN_MS = 30_000;
  private static final long RETRY_AFTER_MS = 100;

  private DrainCase() {}

  static Observed run(OcelliClient client, JsonObject item) throws InvalidProtocolBufferException {
    var frames = Items.frames(item.getAsJsonArray("frames").asList(), false);
    var answers = new ArrayList<JsonObject>();
    JsonObject error = null;
    var turn = new Semaphore(1);
    try (var stream =
        client.detectStream(
            new EndlessFrames(frames, turn), Items.detectConfig(item.get("config")))) {
      while (stream.hasNext()) {
        answers.add(StreamCase.describe(stream.next()));
        if (answers.size() == item.get("drain_after").getAsInt()) {
          System.out.println("drain");
          System.out.flush();
        }
        turn.release();
      }
    } catch (OcelliException ended) {
      error = Observed.describe(ended);
      awaitDetection(client, Items.image(item.getAsJsonArray("frames").get(0)));
    }
    return new Observed(null, List.of(), answers, List.of(), error);
  }

  /** Repeats a call until it succeeds; throws its last error. */
  private static void awaitDetection(OcelliClient client, Image image) {
    var request = DetectRequest.newBuilder().setImage(image).build();
    long endMs = System.currentTimeMillis() + COMES_BACK_WITHIN_MS;
    while (true) {
      try {
        client.detect(request);
        return;
      } catch (OcelliException stillAway) {
        if (System.currentTimeMillis() > endMs) {
          throw stillAway;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_AFTER_MS);
    } catch (InterruptedException late) {
      throw new IllegalStateException("it took too long", late);
    }
  }
}
