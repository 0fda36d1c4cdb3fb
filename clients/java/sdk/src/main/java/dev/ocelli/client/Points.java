package dev.ocelli.client;

import dev.ocelli.v1.Point;
import dev.ocelli.v1.Vector;
import java.util.Map;

/** Points to store. */
public final class Points {
  private Points() {}

  /**
   * A point without a payload.
   *
   * @param id 1 to 256 bytes of UTF-8
   * @param vector of the collection's dimension; see {@link Vectors#of}
   * @return the point
   */
  public static Point of(String id, Vector vector) {
    return Point.newBuilder().setId(id).setVector(vector).build();
  }

  /**
   * A point with a payload.
   *
   * @param id 1 to 256 bytes of UTF-8
   * @param vector of the collection's dimension; see {@link Vectors#of}
   * @param payload at most 64 KiB as JSON; see {@link Payloads#of}
   * @return the point
   */
  public static Point of(String id, Vector vector, Map<String, ?> payload) {
    return Point.newBuilder().setId(id).setVector(vector).setPayload(Payloads.of(payload)).build();
  }
}
