package dev.ocelli.client;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Payloads of points: maps on this side, {@link Struct} on the wire. */
public final class Payloads {
  private static final long LARGEST_EXACT_INTEGER = 1L << 53;

  private Payloads() {}

  /**
   * Packs a payload.
   *
   * @param payload what JSON can say: strings, booleans, numbers, null, lists and maps of these
   * @return the same as a message
   * @throws OcelliException a value is something else, or a whole number of more than 53 bits
   */
  public static Struct of(Map<String, ?> payload) {
    var struct = Struct.newBuilder();
    payload.forEach((key, value) -> struct.putFields(key, value("payload." + key, value)));
    return struct.build();
  }

  /**
   * Unpacks a payload.
   *
   * @param payload such as a hit's
   * @return strings, booleans, numbers, null, lists and maps of these; may be changed. A number is
   *     a {@link Long} if it is whole and has at most 53 bits, else a {@link Double}
   */
  public static Map<String, Object> toMap(Struct payload) {
    return toMap(payload, Payloads::narrow);
  }

  /** The same with numbers as {@code number} has them. */
  static Map<String, Object> toMap(Struct payload, DoubleFunction<?> number) {
    var map = new LinkedHashMap<String, Object>();
    payload.getFieldsMap().forEach((key, value) -> map.put(key, plain(value, number)));
    return map;
  }

  static Value value(String field, Object value) {
    var packed = Value.newBuilder();
    if (value == null) {
      return packed.setNullValue(NullValue.NULL_VALUE).build();
    } else if (value instanceof String text) {
      return packed.setStringValue(text).build();
    } else if (value instanceof Boolean flag) {
      return packed.setBoolValue(flag).build();
    } else if (value instanceof Number number) {
      return packed.setNumberValue(number(field, number)).build();
    } else if (value instanceof List<?> items) {
      var list = ListValue.newBuilder();
      items.forEach(item -> list.addValues(value(field, item)));
      return packed.setListValue(list).build();
    } else if (value instanceof Map<?, ?> members) {
      var struct = Struct.newBuilder();
      members.forEach(
          (key, member) -> struct.putFields(key.toString(), value(field + "." + key, member)));
      return packed.setStructValue(struct).build();
    }
    throw Failures.invalid(
        field,
        field + " is a " + value.getClass().getName(),
        "expected a string, number, boolean, list, map or null",
        null);
  }

  private static double number(String field, Number number) {
    boolean whole = number instanceof Long || number instanceof Integer;
    long integer = number.longValue();
    boolean exact = !whole || -LARGEST_EXACT_INTEGER <= integer && integer <= LARGEST_EXACT_INTEGER;
    double value = number.doubleValue();
    if (!exact || !Double.isFinite(value)) {
      throw Failures.invalid(
          field,
          field + " is " + number,
          "expected a finite number, or a whole one of at most 53 bits",
          null);
    }
    return value;
  }

  private static Number narrow(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) <= LARGEST_EXACT_INTEGER;
    return whole ? (Number) (long) value : (Number) value;
  }

  private static Object plain(Value value, DoubleFunction<?> number) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NUMBER_VALUE -> number.apply(value.getNumberValue());
      case STRUCT_VALUE -> toMap(value.getStructValue(), number);
      case LIST_VALUE -> {
        var list = new ArrayList<Object>();
        value.getListValue().getValuesList().forEach(item -> list.add(plain(item, number)));
        yield list;
      }
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }
}
