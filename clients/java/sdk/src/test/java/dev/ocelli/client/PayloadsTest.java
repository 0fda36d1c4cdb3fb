package dev.ocelli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayloadsTest {
  @Test
  void whatJsonCanSayComesBack() {
    var payload = new LinkedHashMap<String, Object>();
    payload.put("text", "ž🦎");
    payload.put("flag", true);
    payload.put("number", 1.5);
    payload.put("nothing", null);
    payload.put("list", Arrays.asList(1L, null, List.of("deep", -0.5)));
    payload.put("map", Map.of("key", 2L));
    assertEquals(payload, Payloads.toMap(Payloads.of(payload)));
  }

  @Test
  void wholeNumbersOf53BitsAreExact() {
    long largest = 1L << 53;
    for (long number : new long[] {largest, -largest, 0, 7}) {
      assertEquals(number, comesBack(number));
    }
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", largest + 1)));
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", Long.MIN_VALUE)));
  }

  @Test
  void largerNumbersAreNotMadeWhole() {
    double larger = 0x1p54;
    assertEquals(larger, comesBack(larger));
    assertEquals(1e300, comesBack(1e300));
  }

  private static Object comesBack(Number number) {
    return Payloads.toMap(Payloads.of(Map.of("n", number))).get("n");
  }

  @Test
  void otherValuesAreRefusedByName() {
    var nested = Map.of("a", Map.of("when", new Object()));
    var error = assertThrows(OcelliException.class, () -> Payloads.of(nested));
    assertEquals("payload.a.when", error.fieldViolations().get(0).getField());
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", Double.NaN)));
  }
}
