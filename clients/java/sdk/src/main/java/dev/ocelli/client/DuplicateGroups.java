package dev.ocelli.client;

import dev.ocelli.v1.DuplicateGroup;
import dev.ocelli.v1.FindDuplicatesProgress;
import dev.ocelli.v1.FindDuplicatesRequest;
import dev.ocelli.v1.FindDuplicatesResponse;
import dev.ocelli.v1.SearchServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * Groups of points that are nearly the same, as they are found, largest first.
 *
 * <pre>{@code
 * try (var groups = client.search().findDuplicates("photos", 0.98f)) {
 *   for (var group : groups) { … }
 * }
 * }</pre>
 *
 * <p>{@link #hasNext} waits, for a large collection minutes. It throws {@link OcelliException} if
 * the search fails, after the groups that came before. One thread at a time may read.
 */
public final class DuplicateGroups
    implements Iterable<DuplicateGroup>, Iterator<DuplicateGroup>, AutoCloseable {
  private final ClientCall<FindDuplicatesRequest, FindDuplicatesResponse> call;
  private final Iterator<FindDuplicatesResponse> responses;
  private Consumer<? super FindDuplicatesProgress> progressListener = progress -> {};
  private DuplicateGroup next;
  private boolean over;

  DuplicateGroups(Channel channel, FindDuplicatesRequest request) {
    call = channel.newCall(SearchServiceGrpc.getFindDuplicatesMethod(), CallOptions.DEFAULT);
    responses = ClientCalls.blockingServerStreamingCall(call, request);
  }

  /**
   * Reports how far the search has come. The thread that reads groups calls the listener, before
   * the first group.
   *
   * @param listener takes each report; to be set before anything is read
   * @return this
   */
  public DuplicateGroups onProgress(Consumer<? super FindDuplicatesProgress> listener) {
    progressListener = listener;
    return this;
  }

  /** This. Groups can be read once. */
  @Override
  public Iterator<DuplicateGroup> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && !over) {
        receive();
      }
    } catch (StatusRuntimeException failed) {
      over = true;
      throw OcelliException.from(failed);
    }
    return next != null;
  }

  @Override
  public DuplicateGroup next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more groups");
    }
    var group = next;
    next = null;
    return group;
  }

  /** Leaves the search: cancels it if it still runs. */
  @Override
  public void close() {
    next = null;
    if (!over) {
      over = true;
      call.cancel("the search was left", null);
    }
  }

  private void receive() {
    if (!responses.hasNext()) {
      over = true;
      return;
    }
    var response = responses.next();
    if (response.hasGroup()) {
      next = response.getGroup();
    } else if (response.hasProgress()) {
      progressListener.accept(response.getProgress());
    }
  }
}
