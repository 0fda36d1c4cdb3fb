package dev.ocelli.load;

import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import dev.ocelli.v1.DetectStreamConfig;
import java.time.Duration;

/**
 * What became of the frames of streams.
 *
 * @param sent that were drawn from their source
 * @param answered with a result
 * @param failed with an error, or as dropped
 * @param twice answers to frames that had been answered before
 * @param lost that have no answer
 */
record Streamed(long sent, long answered, long failed, long twice, long lost) {
  static final Streamed NONE = new Streamed(0, 0, 0, 0, 0);
  private static final Duration RESUME = Duration.ofMinutes(1);

  Streamed plus(Streamed other) {
    return new Streamed(
        sent + other.sent,
        answered + other.answered,
        failed + other.failed,
        twice + other.twice,
        lost + other.lost);
  }

  /** Streams frames, over restarts, until there are no more. */
  static void stream(OcelliClient client, String model, PacedFrames frames, Outcomes outcomes) {
    var config = DetectStreamConfig.newBuilder().setModel(model).build();
    long expected = 0;
    long answered = 0;
    long failed = 0;
    long twice = 0;
    long lost = 0;
    try (var answers = client.withResume(RESUME).detectStream(frames, config)) {
      for (var answer : answers) {
        if (answer.getFrameId() < expected) {
          twice++;
          continue;
        }
        lost += answer.getFrameId() - expected;
        expected = answer.getFrameId() + 1;
        if (answer.getResult().getDetectionsCount() > 0) {
          answered++;
        } else {
          failed++;
        }
      }
    } catch (OcelliException error) {
      outcomes.streamFailed(error);
    }
    lost += frames.drawn() - expected;
    outcomes.streamed(new Streamed(frames.drawn(), answered, failed, twice, lost));
  }
}
