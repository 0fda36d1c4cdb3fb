package dev.ocelli.client;

import dev.ocelli.v1.Alias;
import dev.ocelli.v1.Collection;
import dev.ocelli.v1.GetCollectionResponse;
import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** {@link CollectionCalls} as futures, which fail with {@link OcelliException}. */
public final class AsyncCollectionCalls {
  private final Channel channel;

  AsyncCollectionCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Creates a collection of the default embedding model.
   *
   * @param name 1 to 63 lower-case letters, digits, {@code -} and {@code _}
   * @return as created, with defaults filled in
   */
  public CompletableFuture<Collection> create(String name) {
    return create(name, settings -> {});
  }

  /**
   * Creates a collection.
   *
   * @param name 1 to 63 lower-case letters, digits, {@code -} and {@code _}
   * @param settings what is not to have its default, such as {@code settings ->
   *     settings.setDimension(3)}
   * @return as created, with defaults filled in
   */
  public CompletableFuture<Collection> create(
      String name, Consumer<? super Collection.Builder> settings) {
    return CollectionRequests.create(name, settings).send(channel);
  }

  /**
   * Creates a collection.
   *
   * @param collection its name, and what is not to have its default
   * @return as created, with defaults filled in
   */
  public CompletableFuture<Collection> create(Collection collection) {
    return CollectionRequests.create(collection).send(channel);
  }

  /**
   * Describes a collection and counts its points.
   *
   * @param name its name
   * @return the collection and its number of points
   */
  public CompletableFuture<GetCollectionResponse> get(String name) {
    return CollectionRequests.get(name).send(channel);
  }

  /**
   * Describes all collections, of all pages.
   *
   * @return by name, ascending
   */
  public CompletableFuture<List<Collection>> list() {
    return Pages.collect(channel, CollectionRequests::list);
  }

  /**
   * Changes a collection's embedding model, to one of the same space, or adds filterable fields.
   *
   * @param collection its name, and what it is to have
   * @param fields what to change: {@code "model"}, {@code "fields"}
   * @return as it is now
   */
  public CompletableFuture<Collection> update(Collection collection, String... fields) {
    return CollectionRequests.update(collection, List.of(fields)).send(channel);
  }

  /**
   * Deletes a collection, all its points and its aliases.
   *
   * @param name its name
   * @return nothing, when it is gone
   */
  public CompletableFuture<Void> delete(String name) {
    return CollectionRequests.delete(name).send(channel);
  }

  /**
   * Points an alias to a collection, or away from another one, in one step. An alias is taken
   * wherever the name of an existing collection is, but by {@link #delete}.
   *
   * @param alias made as the name of a collection is
   * @param collection the name of an existing one
   * @return the collection that it pointed to before; empty if it is new
   */
  public CompletableFuture<Optional<String>> setAlias(String alias, String collection) {
    return CollectionRequests.setAlias(alias, collection).send(channel);
  }

  /**
   * Takes an alias away; the collection stays.
   *
   * @param alias its name
   * @return nothing, when it is gone
   */
  public CompletableFuture<Void> deleteAlias(String alias) {
    return CollectionRequests.deleteAlias(alias).send(channel);
  }

  /**
   * Returns all aliases, of all pages.
   *
   * @return by name, ascending
   */
  public CompletableFuture<List<Alias>> listAliases() {
    return Pages.collect(channel, CollectionRequests::listAliases);
  }
}
