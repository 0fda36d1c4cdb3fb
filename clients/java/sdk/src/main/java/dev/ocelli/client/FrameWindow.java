package dev.ocelli.client;

import dev.ocelli.v1.DropPolicy;
import dev.ocelli.v1.StreamWindow;

/** How many frames may be unanswered under a server's window. */
final class FrameWindow {
  // Under LATEST the server must see frames beyond its window in order to drop the older ones, so
  // only this many unanswered ones stop the sender.
  private static final int MAX_UNANSWERED_LATEST = 1024;

  private FrameWindow() {}

  static int maxUnanswered(StreamWindow window) {
    return window.getDropPolicy() == DropPolicy.DROP_POLICY_LATEST
        ? MAX_UNANSWERED_LATEST
        : window.getMaxInFlightFrames();
  }
}
