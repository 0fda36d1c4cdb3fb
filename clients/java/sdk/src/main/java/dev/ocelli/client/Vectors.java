package dev.ocelli.client;

import dev.ocelli.v1.Vector;

/** Vectors as Java has them, as messages of the contract and back. */
public final class Vectors {
  private Vectors() {}

  /**
   * Packs a vector.
   *
   * @param values finite
   * @return the vector
   */
  public static Vector of(float... values) {
    var vector = Vector.newBuilder();
    for (float value : values) {
      vector.addValues(value);
    }
    return vector.build();
  }

  /**
   * Unpacks a vector.
   *
   * @param vector such as an embedding
   * @return its values
   */
  public static float[] toArray(Vector vector) {
    var values = new float[vector.getValuesCount()];
    for (int at = 0; at < values.length; at++) {
      values[at] = vector.getValues(at);
    }
    return values;
  }
}
