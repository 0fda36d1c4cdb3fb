package dev.ocelli.load;

import dev.ocelli.client.Frame;
import dev.ocelli.v1.Picture;
import java.util.Iterator;
import java.util.List;

/** Pictures in turn until the meter's window is over, each stamped with the time of its sending. */
final class Frames implements Iterator<Frame> {
  private final List<Picture> pictures;
  private final Meter meter;
  private int drawn;

  Frames(List<Picture> pictures, Meter meter) {
    this.pictures = pictures;
    this.meter = meter;
  }

  @Override
  public boolean hasNext() {
    return !meter.over();
  }

  @Override
  public Frame next() {
    return Frame.of(pictures.get(drawn++ % pictures.size())).takenAt(Meter.nowUs());
  }
}
