package dev.ocelli.client;

import dev.ocelli.v1.Image;

/** What a frame or an entry holds. {@link Frame} and {@link IndexEntry} make it. */
public sealed interface Input {

  /**
   * An image.
   *
   * @param image as {@link Images} makes it
   */
  record OfImage(Image image) implements Input {}

  /**
   * A text, for streams that embed.
   *
   * @param text 1 to 8192 bytes of UTF-8
   */
  record OfText(String text) implements Input {}
}
