package dev.ocelli.client;

import dev.ocelli.v1.Collection;
import dev.ocelli.v1.GetCollectionResponse;
import io.grpc.Channel;
import java.util.List;

/** Named sets of points. Every call throws {@link OcelliException} when it fails. */
public final class CollectionCalls {
  private final Channel channel;

  CollectionCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Creates a collection.
   *
   * @param collection its name, and what is not to have its default
   * @return as created, with defaults filled in
   */
  public Collection create(Collection collection) {
    return CollectionRequests.create(collection).call(channel);
  }

  /**
   * Describes a collection and counts its points.
   *
   * @param name its name
   * @return the collection and its number of points
   */
  public GetCollectionResponse get(String name) {
    return CollectionRequests.get(name).call(channel);
  }

  /**
   * Describes all collections, of all pages.
   *
   * @return by name, ascending
   */
  public List<Collection> list() {
    return Pages.stream(channel, CollectionRequests::list).toList();
  }

  /**
   * Changes a collection's embedding model, or adds filterable fields.
   *
   * @param collection its name, and what it is to have
   * @param fields what to change: {@code "model"}, {@code "fields"}
   * @return as it is now
   */
  public Collection update(Collection collection, String... fields) {
    return CollectionRequests.update(collection, List.of(fields)).call(channel);
  }

  /**
   * Deletes a collection and all its points.
   *
   * @param name its name
   */
  public void delete(String name) {
    CollectionRequests.delete(name).call(channel);
  }
}
