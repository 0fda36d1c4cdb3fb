package dev.ocelli.client;

import dev.ocelli.v1.Picture;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One frame of a stream.
 *
 * @param picture gives the picture when it is the frame's turn to be sent
 * @param id returned with the answer; empty: its position in the stream, from 0
 * @param captureTimeUs when it was taken, in microseconds since any epoch; returned with the answer
 */
public record Frame(Supplier<Picture> picture, OptionalLong id, long captureTimeUs) {

  /**
   * A frame in a file, which is read when the window has room for it. If it cannot be, the frame's
   * answer has the error and the stream goes on.
   *
   * @param path an image file
   * @return the frame
   */
  public static Frame of(Path path) {
    return new Frame(() -> Pictures.file(path), OptionalLong.empty(), 0);
  }

  /**
   * A frame in memory.
   *
   * @param picture as {@link Pictures} makes it
   * @return the frame
   */
  public static Frame of(Picture picture) {
    return new Frame(() -> picture, OptionalLong.empty(), 0);
  }

  /**
   * Gives the frame a number of its own.
   *
   * @param newId returned with the answer, unsigned
   * @return the frame
   */
  public Frame withId(long newId) {
    return new Frame(picture, OptionalLong.of(newId), captureTimeUs);
  }

  /**
   * Says when the frame was taken.
   *
   * @param timeUs microseconds since any epoch; returned with the answer
   * @return the frame
   */
  public Frame takenAt(long timeUs) {
    return new Frame(picture, id, timeUs);
  }
}
