package dev.ocelli.load;

import dev.ocelli.client.Frame;
import dev.ocelli.v1.Image;
import java.util.Iterator;
import java.util.List;

/** Images in turn until the meter's window is over, each stamped with the time of its sending. */
final class Frames implements Iterator<Frame> {
  private final List<Image> images;
  private final Meter meter;
  private int drawn;

  Frames(List<Image> images, Meter meter) {
    this.images = images;
    this.meter = meter;
  }

  @Override
  public boolean hasNext() {
    return !meter.over();
  }

  @Override
  public Frame next() {
    return Frame.of(images.get(drawn++ % images.size())).takenAt(Meter.nowUs());
  }
}
