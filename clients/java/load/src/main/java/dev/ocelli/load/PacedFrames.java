package dev.ocelli.load;

import dev.ocelli.client.Frame;
import dev.ocelli.v1.Image;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** An image again and again, at a rate, numbered from 0. */
final class PacedFrames implements Iterator<Frame> {
  private final Image image;
  private final Pace pace;
  private volatile long drawn;
  private boolean isDue;

  PacedFrames(Image image, Pace pace) {
    this.image = image;
    this.pace = pace;
  }

  /** How many were drawn; by any thread. */
  long drawn() {
    return drawn;
  }

  @Override
  public boolean hasNext() {
    try {
      isDue = isDue || pace.next();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
    return isDue;
  }

  @Override
  public Frame next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    isDue = false;
    long number = drawn;
    drawn = number + 1;
    return Frame.of(image).withId(number);
  }
}
