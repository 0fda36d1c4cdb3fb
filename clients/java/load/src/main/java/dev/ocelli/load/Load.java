package dev.ocelli.load;

import dev.ocelli.client.Images;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.StreamOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Load on {@code DetectStream}: 16 frames in flight on one stream, by the client's own methods.
 *
 * <p>Prints {@code measuring} once it is warm and one line of JSON at the end of its window.
 */
final class Load {
  private static final int IN_FLIGHT = 16;

  private Load() {}

  public static void main(String[] arguments) throws IOException {
    var plan = Plan.parse(arguments);
    try (var client = OcelliClient.connect(plan.target())) {
      System.out.println(measure(client, plan, images(plan.images())));
    } catch (OcelliException failed) {
      System.err.println(plan.model() + " at " + plan.target() + ": " + failed.getMessage());
      System.exit(1);
    }
  }

  private static String measure(OcelliClient client, Plan plan, List<Image> images) {
    var window = StreamOptions.newBuilder().setMaxInFlightFrames(IN_FLIGHT);
    var config = DetectStreamConfig.newBuilder().setModel(plan.model()).setStream(window).build();
    var meter = new Meter(plan.warmUp(), plan.duration());
    try (var answers = client.detectStream(new Frames(images, meter), config)) {
      if (answers.window().getMaxInFlightFrames() != IN_FLIGHT) {
        throw new IllegalStateException("the edge granted " + answers.window());
      }
      for (var answer : answers) {
        check(answer);
        meter.answered(answer.getCaptureTimeUs());
      }
    }
    return meter.report();
  }

  private static void check(DetectFrameAnswer answer) {
    if (answer.getResult().getDetectionsCount() == 0) {
      throw new IllegalStateException("nothing found in a frame: " + answer);
    }
  }

  private static List<Image> images(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(path -> path.toString().endsWith(".jpg"))
          .sorted()
          .map(Images::file)
          .toList();
    }
  }
}
