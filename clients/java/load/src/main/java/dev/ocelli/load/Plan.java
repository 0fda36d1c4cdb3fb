package dev.ocelli.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

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
    Map<String, String> given = new HashMap<>();
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      given.put(arguments[at], arguments[at + 1]);
    }
    try {
      return new Plan(
          value(given, "--target"),
          value(given, "--model"),
          Path.of(value(given, "--images")),
          seconds(value(given, "--warm-up-s")),
          seconds(value(given, "--duration-s")));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage() + "\n" + USAGE);
      System.exit(2);
      throw wrong;
    }
  }

  private static String value(Map<String, String> given, String name) {
    if (!given.containsKey(name)) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return given.get(name);
  }

  private static Duration seconds(String text) {
    return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
  }
}
