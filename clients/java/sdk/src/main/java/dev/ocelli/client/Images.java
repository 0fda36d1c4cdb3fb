package dev.ocelli.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.PixelFormat;
import dev.ocelli.v1.RawImage;
import dev.ocelli.v1.Region;
import dev.ocelli.v1.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Images as Java has them, as messages of the contract. */
public final class Images {
  private Images() {}

  /**
   * An image in a file, read now and sent as it is. The server applies EXIF orientation.
   *
   * @param path a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF; content counts, not the name
   * @return the image
   * @throws OcelliException the file cannot be read
   */
  public static Image file(Path path) {
    try {
      // Nobody else has these bytes, so they need no copy.
      return encoded(UnsafeByteOperations.unsafeWrap(Files.readAllBytes(path)));
    } catch (IOException unreadable) {
      var why =
          unreadable instanceof NoSuchFileException
              ? "no such file"
              : unreadable.getClass().getSimpleName() + " " + unreadable.getMessage();
      throw Failures.invalid(
          "image",
          "cannot read " + path + ": " + why,
          "is the path right, and may this program read it?",
          unreadable);
    }
  }

  /**
   * An image in memory, sent as it is.
   *
   * @param bytes a whole JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF file; copied
   * @return the image
   */
  public static Image encoded(byte[] bytes) {
    return encoded(ByteString.copyFrom(bytes));
  }

  /**
   * Uncompressed pixels, taken as upright. The server checks that they fit.
   *
   * @param pixels rows from top to bottom without padding, 8 bits per sample; copied
   * @param width in pixels
   * @param height in pixels
   * @param format how the bytes are to be read
   * @return the image
   */
  public static Image raw(byte[] pixels, int width, int height, PixelFormat format) {
    var raw =
        RawImage.newBuilder()
            .setData(ByteString.copyFrom(pixels))
            .setWidth(width)
            .setHeight(height)
            .setFormat(format);
    return Image.newBuilder().setRaw(raw).build();
  }

  /**
   * A part of an image. Answers stay in the coordinates of the whole.
   *
   * @param image the whole
   * @param xMin left edge in pixels of the upright image
   * @param yMin top edge
   * @param xMax right edge, exclusive
   * @param yMax bottom edge, exclusive
   * @return the image, to be looked at only there
   */
  public static Image region(Image image, float xMin, float yMin, float xMax, float yMax) {
    var region = Region.newBuilder().setXMin(xMin).setYMin(yMin).setXMax(xMax).setYMax(yMax);
    return image.toBuilder().setRegion(region).build();
  }

  /**
   * An image of which a damaged or cut file is used as far as it can be decoded, or refused. An
   * answer to one that is used all the same has a warning: {@code getWarningsList()} of the result.
   *
   * @param image as the methods above make it
   * @param tolerance instead of the server's setting
   * @return the image
   */
  public static Image tolerance(Image image, Tolerance tolerance) {
    return image.toBuilder().setTolerance(tolerance).build();
  }

  private static Image encoded(ByteString bytes) {
    return Image.newBuilder().setEncoded(bytes).build();
  }
}
