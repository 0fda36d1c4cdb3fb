package dev.ocelli.client;

import dev.ocelli.v1.Image;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * One frame of a stream.
 *
 * @param input gives the image or text when it is the frame's turn to be sent
 * @param id returned with the answer, unsigned; null: its position in the stream, from 0
 * @param captureTimeUs when it was taken, in microseconds since any epoch; returned with the answer
 */
public record Frame(Supplier<? extends Input> input, Long id, long captureTimeUs) {

  /**
   * A frame in a file, which is read when the window has room for it. If it cannot be, the frame's
   * answer has the error and the stream goes on.
   *
   * @param path an image file
   * @return the frame
   */
  public static Frame of(Path path) {
    return new Frame(() -> new Input.OfImage(Images.file(path)), null, 0);
  }

  /**
   * A frame in memory.
   *
   * @param image the bytes of an image file; copied
   * @return the frame
   */
  public static Frame of(byte[] image) {
    return of(Images.encoded(image));
  }

  /**
   * A frame in memory.
   *
   * @param image as {@link Images} makes it
   * @return the frame
   */
  public static Frame of(Image image) {
    return new Frame(() -> new Input.OfImage(image), null, 0);
  }

  /**
   * A text, for {@link OcelliClient#embedStream(java.util.Iterator)} and a model that takes texts
   * or shares its space with one that does.
   *
   * @param text 1 to 8192 bytes of UTF-8
   * @return the frame
   */
  public static Frame text(String text) {
    return new Frame(() -> new Input.OfText(text), null, 0);
  }

  /**
   * Gives the frame a number of its own.
   *
   * @param newId returned with the answer, unsigned
   * @return the frame
   */
  public Frame withId(long newId) {
    return new Frame(input, newId, captureTimeUs);
  }

  /**
   * States when the frame was taken.
   *
   * @param timeUs microseconds since any epoch; returned with the answer
   * @return the frame
   */
  public Frame takenAt(long timeUs) {
    return new Frame(input, id, timeUs);
  }

  /** Its image; throws {@link OcelliException} if it cannot be had or the frame is a text. */
  Image image() {
    if (input.get() instanceof Input.OfImage held) {
      return held.image();
    }
    throw Failures.invalid(
        "image", "the frame holds no image", "texts are for streams that embed", null);
  }

  /** Its number, if the frame at this position has none of its own. */
  long idAt(long position) {
    return id == null ? position : id;
  }
}
