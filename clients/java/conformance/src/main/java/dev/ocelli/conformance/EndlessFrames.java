package dev.ocelli.conformance;

import dev.ocelli.client.Frame;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Frames over and over, without end, each when it may be sent. */
final class EndlessFrames implements Iterator<Frame> {
  private final List<Frame> frames;
  private final Semaphore turn;
  private int drawn;

  EndlessFrames(List<Frame> frames, Semaphore turn) {
    this.frames = frames;
    this.turn = turn;
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public Frame next() {
    try {
      turn.acquire();
    } catch (InterruptedException left) {
      throw new IllegalStateException("the stream was left", left);
    }
    return frames.get(drawn % frames.size()).withId(drawn++);
  }
}
