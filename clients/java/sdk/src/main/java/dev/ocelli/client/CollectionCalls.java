package dev.ocelli.client;

import dev.ocelli.v1.Alias;
import dev.ocelli.v1.Collection;
import dev.ocelli.v1.GetCollectionResponse;
import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Named sets of points. Every call throws {@link OcelliException} when it fails. */
public final class CollectionCalls {
  private final Channel channel;

  CollectionCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Creates a collection of the default embedding model.
   *
   * @param name 1 to 63 lower-case letters, digits, {@code -} and {@code _}
   * @return as created, with defaults filled in
   */
  public Collection create(String name) {
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
  public Collection create(String name, Consumer<? super Collection.Builder> settings) {
    return CollectionRequests.create(name, settings).call(channel);
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
   * Changes a collection's embedding model, to one of the same space, or adds filterable fields.
   *
   * @param collection its name, and what it is to have
   * @param fields what to change: {@code "model"}, {@code "fields"}
   * @return as it is now
   */
  public Collection update(Collection collection, String... fields) {
    return CollectionRequests.update(collection, List.of(fields)).call(channel);
  }

  /**
   * Deletes a collection, all its points and its aliases.
   *
   * @param name its name
   */
  public void delete(String name) {
    CollectionRequests.delete(name).call(channel);
  }

  /**
   * Points an alias to a collection, or away from another one, in one step. An alias is taken
   * wherever the name of an existing collection is, but by {@link #delete}.
   *
   * @param alias made as the name of a collection is
   * @param collection the name of an existing one
   * @return the collection that it pointed to before; empty if it is new
   */
  public Optional<String> setAlias(String alias, String collection) {
    return CollectionRequests.setAlias(alias, collection).call(channel);
  }

  /**
   * Takes an alias away; the collection stays.
   *
   * @param alias its name
   */
  public void deleteAlias(String alias) {
    CollectionRequests.deleteAlias(alias).call(channel);
  }

  /**
   * Returns all aliases, of all pages.
   *
   * @return by name, ascending
   */
  public List<Alias> listAliases() {
    return Pages.stream(channel, CollectionRequests::listAliases).toList();
  }
}
