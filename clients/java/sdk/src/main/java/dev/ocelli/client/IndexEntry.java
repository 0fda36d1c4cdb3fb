package dev.ocelli.client;

import com.google.protobuf.Struct;
import dev.ocelli.v1.Image;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One image or text to embed and store.
 *
 * @param id id of the point, 1 to 256 bytes of UTF-8
 * @param input gives the image or text when it is its turn to be sent
 * @param payload what to keep with the vector
 */
public record IndexEntry(String id, Supplier<? extends Input> input, Struct payload) {

  /**
   * An image in a file, which is read when the window has room for it. If it cannot be, the entry's
   * answer has the error and the stream goes on.
   *
   * @param id id of the point
   * @param path an image file
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Path path) {
    return new IndexEntry(
        id, () -> new Input.OfImage(Images.file(path)), Struct.getDefaultInstance());
  }

  /**
   * An image in memory.
   *
   * @param id id of the point
   * @param image the bytes of an image file; copied
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, byte[] image) {
    return of(id, Images.encoded(image));
  }

  /**
   * An image in memory.
   *
   * @param id id of the point
   * @param image as {@link Images} makes it
   * @return the entry, without a payload
   */
  public static IndexEntry of(String id, Image image) {
    return new IndexEntry(id, () -> new Input.OfImage(image), Struct.getDefaultInstance());
  }

  /**
   * A text, for a collection whose model takes texts or shares its space with one that does.
   *
   * @param id id of the point
   * @param text 1 to 8192 bytes of UTF-8
   * @return the entry, without a payload
   */
  public static IndexEntry text(String id, String text) {
    return new IndexEntry(id, () -> new Input.OfText(text), Struct.getDefaultInstance());
  }

  /**
   * States what to keep with the vector.
   *
   * @param newPayload at most 64 KiB as JSON; see {@link Payloads#of}
   * @return the entry
   */
  public IndexEntry with(Map<String, ?> newPayload) {
    return new IndexEntry(id, input, Payloads.of(newPayload));
  }
}
