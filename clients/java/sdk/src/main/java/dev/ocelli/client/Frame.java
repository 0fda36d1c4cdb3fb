package dev.ocelli.client;

import dev.ocelli.v1.Image;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One frame of a stream.
 *
 * @param image gives the image when it is the frame's turn to be sent
 * @param id returned with the answer; empty: its position in the stream, from 0
 * @param captureTimeUs when it was taken, in microseconds since any epoch; returned with the answer
 */
public record Frame(Supplier<Image> image, OptionalLong id, long captureTimeUs) {

  /**
   * A frame in a file, which is read when the window has room for it. If it cannot be, the frame's
   * answer has the error and the stream goes on.
   *
   * @param path an image file
   * @return the frame
   */
  public static Frame of(Path path) {
    return new Frame(() -> Images.file(path), OptionalLong.empty(), 0);
  }

  /**
   * A frame in memory.
   *
   * @param image as {@link Images} makes it
   * @return the frame
   */
  public static Frame of(Image image) {
    return new Frame(() -> image, OptionalLong.empty(), 0);
  }

  /**
   * Gives the frame a number of its own.
   *
   * @param newId returned with the answer, unsigned
   * @return the frame
   */
  public Frame withId(long newId) {
    return new Frame(image, OptionalLong.of(newId), captureTimeUs);
  }

  /**
   * Says when the frame was taken.
   *
   * @param timeUs microseconds since any epoch; returned with the answer
   * @return the frame
   */
  public Frame takenAt(long timeUs) {
    return new Frame(image, id, timeUs);
  }
}
