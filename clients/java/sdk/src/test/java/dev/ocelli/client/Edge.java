package dev.ocelli.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The real edge that tests call, and images to show it. */
final class Edge {
  private Edge() {}

  /** Its address, from the environment. */
  static String address() {
    return Objects.requireNonNull(
        System.getenv("OCELLI_TARGET"),
        "OCELLI_TARGET is not set; expected host:port of an edge, as scripts/with-edge gives it");
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
