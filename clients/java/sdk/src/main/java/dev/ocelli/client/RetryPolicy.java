package dev.ocelli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.ocelli.v1.SdkTables;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The service config of a client: which calls may be sent twice, and when. */
final class RetryPolicy {
  private RetryPolicy() {}

  /**
   * The contract's service config.
   *
   * <p>A call that something between client and server cancelled is repeated, too. One that the
   * caller cancels has ended by then: gRPC does not ask the policy.
   */
  @SuppressWarnings("unchecked") // the shape is the contract's
  static Map<String, ?> serviceConfig() {
    var config = parse();
    for (var policy : policies(config)) {
      var codes = new ArrayList<>((List<Object>) policy.get("retryableStatusCodes"));
      codes.add(Code.CANCELLED.name());
      policy.put("retryableStatusCodes", codes);
    }
    return config;
  }

  /** The same with as many attempts at a call. */
  static Map<String, ?> serviceConfig(int maxAttempts) {
    var config = serviceConfig();
    for (var policy : policies(config)) {
      policy.put("maxAttempts", (double) maxAttempts);
    }
    return config;
  }

  private static Map<String, ?> parse() {
    var config = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(SdkTables.SERVICE_CONFIG, config);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the contract's service config is no JSON", damaged);
    }
    return Payloads.toMap(config.build(), number -> number); // gRPC takes no other numbers
  }

  @SuppressWarnings("unchecked") // the shape is the contract's
  private static List<Map<String, Object>> policies(Map<String, ?> config) {
    return ((List<Map<String, Object>>) config.get("methodConfig"))
        .stream().map(method -> (Map<String, Object>) method.get("retryPolicy")).toList();
  }
}
