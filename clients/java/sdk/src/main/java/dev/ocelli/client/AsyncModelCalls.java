package dev.ocelli.client;

import dev.ocelli.v1.Model;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link ModelCalls} as futures, which fail with {@link OcelliException}. */
public final class AsyncModelCalls {
  private final Channel channel;

  AsyncModelCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Describes every model of the repository, of all pages.
   *
   * @return by name, ascending
   */
  public CompletableFuture<List<Model>> list() {
    return Pages.collect(channel, ModelRequests::list);
  }

  /**
   * Describes one model.
   *
   * @param name its name
   * @return how it describes itself, and whether it can be used
   */
  public CompletableFuture<Model> get(String name) {
    return ModelRequests.get(name).send(channel);
  }

  /**
   * Loads a model, or loads it anew if its files changed, in at most 600 s unless {@link
   * OcelliClient#withDeadline} says otherwise.
   *
   * @param name name of its folder in the model repository
   * @return the model, when it serves
   */
  public CompletableFuture<Model> load(String name) {
    return ModelRequests.load(name).send(channel);
  }

  /**
   * Unloads a model.
   *
   * @param name its name
   * @return nothing, when it no longer serves
   */
  public CompletableFuture<Void> unload(String name) {
    return ModelRequests.unload(name).send(channel);
  }
}
