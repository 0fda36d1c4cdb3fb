package dev.ocelli.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Pairs of names and values on a command line. */
final class Arguments {
  private final Map<String, String> given = new HashMap<>();

  private Arguments(String[] arguments) {
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      given.put(arguments[at], arguments[at + 1]);
    }
  }

  /** Reads what a program is to do; ends it if the command line is not as {@code usage} has it. */
  static <T> T read(String[] arguments, String usage, Function<Arguments, T> plan) {
    try {
      return plan.apply(new Arguments(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage() + "\n" + usage);
      System.exit(2);
      throw wrong;
    }
  }

  String value(String name) {
    if (!given.containsKey(name)) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return given.get(name);
  }

  String value(String name, String otherwise) {
    return given.getOrDefault(name, otherwise);
  }

  /** A number of seconds as a duration. */
  static Duration seconds(String text) {
    return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
  }
}
