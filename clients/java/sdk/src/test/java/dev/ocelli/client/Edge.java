package dev.ocelli.client;

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
}
