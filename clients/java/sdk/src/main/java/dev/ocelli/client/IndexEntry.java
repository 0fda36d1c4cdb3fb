package dev.ocelli.client;

import com.google.protobuf.Struct;
import dev.ocelli.v1.Image;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One image to embed and store.
 *
 * @param id id of the point, 1 to 256 bytes of UTF-8
 * @param image gives the image when it is its turn to be sent
 * @param payload what to keep with the vector
 */
public record IndexEntry(String id, Supplier<Image> image, Struct payload) {

  /**
   * An image in a file, which is read when the window has room for it. If it cannot be, the
   * image's answer has the error and the stream goes on.
   *
   * @param id id of the point
   * @param path an image file
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Path path) {
    return new IndexEntry(id, () -> Images.file(path), Struct.getDefaultInstance());
  }

  /**
   * An image in memory.
   *
   * @param id id of the point
   * @param image as {@link Images} makes it
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Image image) {
    return new IndexEntry(id, () -> image, Struct.getDefaultInstance());
  }

  /**
   * Says what to keep with the vector.
   *
   * @param newPayload at most 64 KiB as JSON; see {@link Payloads#of}
   * @return the entry
   */
  public IndexEntry with(Map<String, ?> newPayload) {
    return new IndexEntry(id, image, Payloads.of(newPayload));
  }
}
