package dev.ocelli.client;

import dev.ocelli.v1.PayloadKeys;
import dev.ocelli.v1.UpdatePayloadRequest;
import java.util.List;
import java.util.Map;

/** How to change the payloads of stored points. */
public final class PayloadChange {
  private final UpdatePayloadRequest change;

  private PayloadChange(UpdatePayloadRequest.Builder change) {
    this.change = change.build();
  }

  /**
   * Sets keys, and leaves others as they are.
   *
   * @param keys new values by key; see {@link Payloads#of}
   * @return the change
   */
  public static PayloadChange merge(Map<String, ?> keys) {
    return new PayloadChange(UpdatePayloadRequest.newBuilder().setMerge(Payloads.of(keys)));
  }

  /**
   * Puts another payload in place of the one that is there.
   *
   * @param payload at most 64 KiB as JSON; see {@link Payloads#of}
   * @return the change
   */
  public static PayloadChange replace(Map<String, ?> payload) {
    return new PayloadChange(UpdatePayloadRequest.newBuilder().setReplace(Payloads.of(payload)));
  }

  /**
   * Deletes keys of the payload's outermost level.
   *
   * @param keys 1 to 100; those that a payload lacks are passed over
   * @return the change
   */
  public static PayloadChange deleteKeys(String... keys) {
    var deleted = PayloadKeys.newBuilder().addAllKeys(List.of(keys));
    return new PayloadChange(UpdatePayloadRequest.newBuilder().setDeleteKeys(deleted));
  }

  /** The change, to be told which points it is for. */
  UpdatePayloadRequest.Builder request() {
    return change.toBuilder();
  }
}
