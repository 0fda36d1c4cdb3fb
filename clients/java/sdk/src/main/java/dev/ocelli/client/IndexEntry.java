package dev.ocelli.client;

import com.google.protobuf.Struct;
import dev.ocelli.v1.Picture;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One picture to embed and store.
 *
 * @param id id of the point, 1 to 256 bytes of UTF-8
 * @param picture gives the picture when it is its turn to be sent
 * @param payload what to keep with the vector
 */
public record IndexEntry(String id, Supplier<Picture> picture, Struct payload) {

  /**
   * A picture in a file, which is read when the window has room for it. If it cannot be, the
   * picture's answer has the error and the stream goes on.
   *
   * @param id id of the point
   * @param path an image file
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Path path) {
    return new IndexEntry(id, () -> Pictures.file(path), Struct.getDefaultInstance());
  }

  /**
   * A picture in memory.
   *
   * @param id id of the point
   * @param picture as {@link Pictures} makes it
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Picture picture) {
    return new IndexEntry(id, () -> picture, Struct.getDefaultInstance());
  }

  /**
   * Says what to keep with the vector.
   *
   * @param newPayload at most 64 KiB as JSON; see {@link Payloads#of}
   * @return the entry
   */
  public IndexEntry with(Map<String, ?> newPayload) {
    return new IndexEntry(id, picture, Payloads.of(newPayload));
  }
}
