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
    payload.put("list", Arrays.asList(1.0, null, List.of("deep")));
    payload.put("map", Map.of("key", 2.0));
    assertEquals(payload, Payloads.toMap(Payloads.of(payload)));
  }

  @Test
  void wholeNumbersOf53BitsAreExact() {
    long largest = 1L << 53;
    assertEquals((double) largest, Payloads.toMap(Payloads.of(Map.of("n", largest))).get("n"));
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", largest + 1)));
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", Long.MIN_VALUE)));
  }

  @Test
  void otherValuesAreRefusedByName() {
    var nested = Map.of("a", Map.of("when", new Object()));
    var error = assertThrows(OcelliException.class, () -> Payloads.of(nested));
    assertEquals("payload.a.when", error.fieldViolations().get(0).getField());
    assertThrows(OcelliException.class, () -> Payloads.of(Map.of("n", Double.NaN)));
  }
}
