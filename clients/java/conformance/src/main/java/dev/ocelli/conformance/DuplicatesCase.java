package dev.ocelli.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.v1.FindDuplicatesProgress;
import dev.ocelli.v1.FindDuplicatesRequest;
import java.util.concurrent.atomic.AtomicReference;

/** A search for duplicates, whose groups and last progress make the response. */
final class DuplicatesCase {
  private DuplicatesCase() {}

  static JsonObject run(OcelliClient client, JsonObject item)
      throws InvalidProtocolBufferException {
    var request = Messages.parse(item.get("request"), FindDuplicatesRequest.getDefaultInstance());
    int most = item.has("cancel_after") ? item.get("cancel_after").getAsInt() : Integer.MAX_VALUE;
    var progress = new AtomicReference<>(FindDuplicatesProgress.getDefaultInstance());
    var found = new JsonArray();
    try (var groups = client.search().findDuplicates(request).onProgress(progress::set)) {
      while (found.size() < most && groups.hasNext()) {
        found.add(Messages.print(groups.next()));
      }
    }
    var response = new JsonObject();
    response.add("groups", found);
    response.add("progress", Messages.print(progress.get()));
    return response;
  }
}
