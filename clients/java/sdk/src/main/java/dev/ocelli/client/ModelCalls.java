package dev.ocelli.client;

import dev.ocelli.v1.Model;
import io.grpc.Channel;
import java.util.List;

/** The models of a server. Every call throws {@link OcelliException} when it fails. */
public final class ModelCalls {
  private final Channel channel;

  ModelCalls(Channel channel) {
    this.channel = channel;
  }

  /**
   * Describes every model of the repository, of all pages.
   *
   * @return by name, ascending
   */
  public List<Model> list() {
    return Pages.stream(channel, ModelRequests::list).toList();
  }

  /**
   * Describes one model.
   *
   * @param name its name
   * @return how it describes itself, and whether it can be used
   */
  public Model get(String name) {
    return ModelRequests.get(name).call(channel);
  }

  /**
   * Loads a model, or loads it anew if its files changed. Returns when it serves, after at most 600
   * s unless {@link OcelliClient#withDeadline} says otherwise.
   *
   * @param name name of its folder in the model repository
   * @return the model
   */
  public Model load(String name) {
    return ModelRequests.load(name).call(channel);
  }

  /**
   * Unloads a model. Returns when it no longer serves.
   *
   * @param name its name
   */
  public void unload(String name) {
    ModelRequests.unload(name).call(channel);
  }
}
