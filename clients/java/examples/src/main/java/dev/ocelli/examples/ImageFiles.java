package dev.ocelli.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The image files of a folder. */
final class ImageFiles {
  private ImageFiles() {}

  /** Those with a name that says so, by name, ascending. */
  static List<Path> in(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(ImageFiles::isImage).sorted().toList();
    }
  }

  private static boolean isImage(Path path) {
    return path.getFileName().toString().toLowerCase().matches(".*\\.(jpe?g|png|webp|bmp|tiff?)");
  }
}
