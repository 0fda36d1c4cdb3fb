package dev.ocelli.client;

import dev.ocelli.v1.Image;
import dev.ocelli.v1.PixelFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The real edge that tests call, and images to show it. */
final class Edge {
  private Edge() {}

  /** The variable with its address, as scripts/with-edge sets it; without it there is no edge. */
  static final String VARIABLE = "OCELLI_TARGET";

  static String address() {
    return System.getenv(VARIABLE);
  }

  /** A photo of those that {@code make models} installs. */
  static Path photo(String name) {
    var home = Objects.requireNonNullElse(System.getenv("OCELLI_HOME"), "../../../.ocelli");
    var path = Path.of(home, "media", name);
    if (!Files.exists(path)) {
      throw new IllegalStateException("no " + path + "; run 'make models'");
    }
    return path;
  }

  /** An image of one colour, for the models of tests/toy_models.py. */
  static Image plain(int width, int height, int red, int green, int blue) {
    var pixels = new byte[width * height * 3];
    for (int at = 0; at < pixels.length; at += 3) {
      paint(pixels, at, red, green, blue);
    }
    return Images.raw(pixels, width, height, PixelFormat.PIXEL_FORMAT_RGB);
  }

  /**
   * A white page with a red patch above a blue one, which the model of tests/toy_reader.py reads.
   */
  static Image patches() {
    var pixels = new byte[160 * 96 * 3];
    Arrays.fill(pixels, (byte) 255);
    for (int y = 0; y < 24; y++) {
      for (int x = 16; x < 112; x++) {
        paint(pixels, 3 * ((16 + y) * 160 + x), 200, 50, 50);
        paint(pixels, 3 * ((60 + y) * 160 + x), 20, 20, 220);
      }
    }
    return Images.raw(pixels, 160, 96, PixelFormat.PIXEL_FORMAT_RGB);
  }

  private static void paint(byte[] pixels, int at, int red, int green, int blue) {
    pixels[at] = (byte) red;
    pixels[at + 1] = (byte) green;
    pixels[at + 2] = (byte) blue;
  }
}
