package dev.ocelli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.ocelli.v1.SdkTables;
import java.util.List;
import java.util.Map;

/** The service config that all clients share: which calls may be sent twice, and when. */
final class RetryPolicy {
  private RetryPolicy() {}

  /** The service config of the contract. */
  static Map<String, ?> serviceConfig() {
    var config = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(SdkTables.SERVICE_CONFIG, config);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the contract's service config is no JSON", damaged);
    }
    return Payloads.toMap(config.build());
  }

  /** The same with as many attempts at a call. */
  @SuppressWarnings("unchecked") // the shape is the contract's
  static Map<String, ?> serviceConfig(int maxAttempts) {
    var config = serviceConfig();
    for (var method : (List<Map<String, Object>>) config.get("methodConfig")) {
      ((Map<String, Object>) method.get("retryPolicy")).put("maxAttempts", (double) maxAttempts);
    }
    return config;
  }
}
