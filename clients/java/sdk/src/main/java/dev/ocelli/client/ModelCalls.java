package dev.ocelli.client;

import dev.ocelli.v1.GetModelRequest;
import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.LoadModelRequest;
import dev.ocelli.v1.Model;
import dev.ocelli.v1.ModelServiceGrpc;
import dev.ocelli.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import dev.ocelli.v1.UnloadModelRequest;
import io.grpc.Channel;
import java.util.List;

/** The models of a server. Every call throws {@link OcelliException} when it fails. */
public final class ModelCalls {
  private final ModelServiceBlockingStub stub;

  ModelCalls(Channel channel) {
    stub = ModelServiceGrpc.newBlockingStub(channel);
  }

  /**
   * Describes every model of the repository.
   *
   * @return by name, ascending
   */
  public List<Model> list() {
    var request = ListModelsRequest.getDefaultInstance();
    return Connection.invoke(() -> stub.listModels(request)).getModelsList();
  }

  /**
   * Describes one model.
   *
   * @param name its name
   * @return what it says of itself, and whether it can be used
   */
  public Model get(String name) {
    var request = GetModelRequest.newBuilder().setName(name).build();
    return Connection.invoke(() -> stub.getModel(request)).getModel();
  }

  /**
   * Loads a model, or loads it anew if its files changed. Returns when it serves.
   *
   * @param name name of its folder in the model repository
   * @return the model
   */
  public Model load(String name) {
    var request = LoadModelRequest.newBuilder().setName(name).build();
    return Connection.invoke(() -> stub.loadModel(request)).getModel();
  }

  /**
   * Unloads a model. Returns when it no longer serves.
   *
   * @param name its name
   */
  public void unload(String name) {
    var request = UnloadModelRequest.newBuilder().setName(name).build();
    Connection.invoke(() -> stub.unloadModel(request));
  }
}
