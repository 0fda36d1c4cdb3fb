package dev.ocelli.client;

import dev.ocelli.v1.Image;
import dev.ocelli.v1.PixelFormat;
import java.nio.file.Files;
import java.nio.file.Path;
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
      pixels[at] = (byte) red;
      pixels[at + 1] = (byte) green;
      pixels[at + 2] = (byte) blue;
    }
    return Images.raw(pixels, width, height, PixelFormat.PIXEL_FORMAT_RGB);
  }
}
