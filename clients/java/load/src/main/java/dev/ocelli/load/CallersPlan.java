package dev.ocelli.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What callers are to do.
 *
 * @param target {@code host:port} of the server, or several as {@link SeveralAddresses} has them
 * @param model which model to ask
 * @param image file of the image to send
 * @param callers how many call
 * @param callsPerSecond of all callers together
 * @param clients how many clients callers and streams share
 * @param timeout how long a call may take
 * @param streams how many streams of frames there are
 * @param framesPerSecond of each stream
 */
record CallersPlan(
    String target,
    String model,
    Path image,
    int callers,
    double callsPerSecond,
    int clients,
    Duration timeout,
    int streams,
    double framesPerSecond) {
  private static final String USAGE =
      "usage: Callers --target HOST:PORT --model NAME --image FILE [--callers N] [--rate R]"
          + " [--clients N] [--timeout-s S] [--streams N] [--frames-per-s R]";

  /** Reads the command line; ends the program if it is not as it should be. */
  static CallersPlan parse(String[] arguments) {
    return Arguments.read(
        arguments,
        USAGE,
        given ->
            new CallersPlan(
                given.value("--target"),
                given.value("--model"),
                Path.of(given.value("--image")),
                Integer.parseInt(given.value("--callers", "48")),
                Double.parseDouble(given.value("--rate", "200")),
                Integer.parseInt(given.value("--clients", "4")),
                Arguments.seconds(given.value("--timeout-s", "20")),
                Integer.parseInt(given.value("--streams", "0")),
                Double.parseDouble(given.value("--frames-per-s", "5"))));
  }
}
