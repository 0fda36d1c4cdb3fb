package dev.ocelli.load;

import com.google.gson.Gson;
import dev.ocelli.client.OcelliException;
import java.util.Map;
import java.util.TreeMap;

/** Counts answers, and failures by what they say, and frames. */
final class Outcomes {
  private static final int MAX_MESSAGE_LENGTH = 200;

  private int answered;
  private int failed;
  private Streamed frames = Streamed.NONE;
  private final Map<String, Integer> failures = new TreeMap<>();

  private record Report(int calls, int failed, Map<String, Integer> failures, Streamed frames) {}

  /** Counts an answer, and tells of the first. */
  synchronized void answered() {
    answered++;
    if (answered == 1) {
      System.out.println("calling");
    }
  }

  /** Counts a failure. */
  synchronized void failed(String kind, String message) {
    failed++;
    count(kind, message);
  }

  /** Counts the error that ended a stream too early. */
  synchronized void streamFailed(OcelliException error) {
    count("stream", error.getMessage());
  }

  /** Counts the frames of a stream. */
  synchronized void streamed(Streamed found) {
    frames = frames.plus(found);
  }

  private void count(String kind, String message) {
    var words = message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH));
    failures.merge(kind + ": " + words, 1, Integer::sum);
  }

  /** Counts a failure of a call. */
  void failed(OcelliException error) {
    var reason = error.reasonName();
    failed(reason.isEmpty() ? error.code().name() : reason, error.getMessage());
  }

  /** What was counted, as one line of JSON. */
  synchronized String report() {
    return new Gson().toJson(new Report(answered + failed, failed, failures, frames));
  }
}
