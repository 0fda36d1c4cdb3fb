package dev.ocelli.examples;

import dev.ocelli.client.IndexEntry;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.ErrorReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Indexes a folder of images, then searches with the first of them. */
final class IndexPhotos {
  private static final String COLLECTION = "java-example";
  private static final int LIMIT = 5;
  private static final Duration OUTAGE = Duration.ofSeconds(30);

  private IndexPhotos() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: IndexPhotos ADDRESS FOLDER");
      System.exit(2);
    }
    var photos = ImageFiles.in(Path.of(arguments[1]));
    try (var client = OcelliClient.connect(arguments[0])) {
      create(client);
      index(client, photos);
      System.out.println("nearest to " + photos.get(0).getFileName() + ":");
      for (var hit : client.search().search(COLLECTION, photos.get(0), LIMIT).getHitsList()) {
        System.out.printf("  %.3f  %s%n", hit.getScore(), hit.getId());
      }
    } catch (OcelliException failed) {
      System.err.println(failed.getMessage());
      System.exit(1);
    }
  }

  private static void create(OcelliClient client) {
    try {
      client.collections().create(COLLECTION);
    } catch (OcelliException failed) {
      if (failed.reason() != ErrorReason.ERROR_REASON_COLLECTION_EXISTS) {
        throw failed;
      }
    }
  }

  private static void index(OcelliClient client, List<Path> photos) {
    var entries = photos.stream().map(IndexPhotos::entry).iterator();
    try (var answers = client.withResume(OUTAGE).points().indexStream(COLLECTION, entries)) {
      for (var answer : answers) {
        var outcome =
            answer.hasError() ? OcelliException.of(answer.getError()).getMessage() : "stored";
        System.out.println(answer.getId() + ": " + outcome);
      }
    }
  }

  private static IndexEntry entry(Path photo) {
    var name = photo.getFileName().toString();
    return IndexEntry.of(name, photo).with(Map.of("bytes", photo.toFile().length()));
  }
}
