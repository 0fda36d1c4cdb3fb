package dev.ocelli.examples;

import dev.ocelli.client.Frame;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.Detection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Streams the frames of a video, a folder of JPEGs, and prints what each one shows. */
final class StreamFrames {
  private static final Duration OUTAGE = Duration.ofSeconds(30);

  private StreamFrames() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: StreamFrames ADDRESS FOLDER");
      System.exit(2);
    }
    var frames = ImageFiles.in(Path.of(arguments[1])).stream().map(Frame::of).iterator();
    try (var client = OcelliClient.connect(arguments[0]);
        var answers = client.withResume(OUTAGE).detectStream(frames)) {
      System.out.println("frame  objects");
      for (var answer : answers) {
        print(answer);
      }
    } catch (OcelliException failed) {
      System.err.println(failed.getMessage());
      System.exit(1);
    }
  }

  private static void print(DetectFrameAnswer answer) {
    switch (answer.getOutcomeCase()) {
      case RESULT -> {
        var line = new StringBuilder();
        answer.getResult().getDetectionsList().forEach(found -> line.append(describe(found)));
        System.out.printf("%5d%s%n", answer.getFrameId(), line);
      }
      case ERROR -> {
        var error = OcelliException.of(answer.getError());
        System.out.printf("%5d  failed: %s%n", answer.getFrameId(), error.getMessage());
      }
      default -> System.out.printf("%5d  dropped%n", answer.getFrameId());
    }
  }

  private static String describe(Detection found) {
    var box = found.getBox();
    return String.format(
        "  %s %.2f [%.0f %.0f %.0f %.0f]",
        found.getLabel(),
        found.getScore(),
        box.getXMin(),
        box.getYMin(),
        box.getXMax(),
        box.getYMax());
  }
}
