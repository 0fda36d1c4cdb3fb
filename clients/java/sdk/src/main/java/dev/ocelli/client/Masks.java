package dev.ocelli.client;

import dev.ocelli.v1.MaskRuns;
import java.util.Arrays;

/** Masks of found objects, as Java has them. */
public final class Masks {
  private Masks() {}

  /**
   * Unpacks a mask.
   *
   * @param runs of an object that was asked for with {@code MASK_FORMAT_RUNS}
   * @return which pixels belong to the object, by row and column of the part of the image that the
   *     runs fill; its first pixel is at {@code getXMin()}, {@code getYMin()} of the image
   */
  public static boolean[][] toPixels(MaskRuns runs) {
    int width = runs.getWidth();
    var pixels = new boolean[runs.getHeight()][width];
    long size = (long) width * pixels.length;
    long begin = 0;
    for (int number = 0; number < runs.getLengthsCount(); number++) {
      long end = Math.min(begin + Integer.toUnsignedLong(runs.getLengths(number)), size);
      if (number % 2 == 1) {
        fill(pixels, width, begin, end);
      }
      begin = end;
    }
    return pixels;
  }

  private static void fill(boolean[][] pixels, int width, long begin, long end) {
    while (begin < end) {
      int row = (int) (begin / width);
      int column = (int) (begin % width);
      int last = (int) Math.min(width, column + end - begin);
      Arrays.fill(pixels[row], column, last, true);
      begin += last - column;
    }
  }
}
