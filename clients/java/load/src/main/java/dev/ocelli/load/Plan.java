package dev.ocelli.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What to do.
 *
 * @param target {@code host:port} of the server
 * @param model which model to ask
 * @param images folder of the JPEGs to send in turn
 * @param warmUp how long to load the server before measuring
 * @param duration how long to measure
 */
record Plan(String target, String model, Path images, Duration warmUp, Duration duration) {
  private static final String USAGE =
      "usage: Load --target HOST:PORT --model NAME --images FOLDER --warm-up-s S --duration-s S";

  /** Reads the command line; ends the program if it is not as it should be. */
  static Plan parse(String[] arguments) {
    return Arguments.read(
        arguments,
        USAGE,
        given ->
            new Plan(
                given.value("--target"),
                given.value("--model"),
                Path.of(given.value("--images")),
                Arguments.seconds(given.value("--warm-up-s")),
                Arguments.seconds(given.value("--duration-s"))));
  }
}
