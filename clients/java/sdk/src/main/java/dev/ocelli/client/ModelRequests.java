package dev.ocelli.client;

import dev.ocelli.v1.GetModelRequest;
import dev.ocelli.v1.GetModelResponse;
import dev.ocelli.v1.ListModelsRequest;
import dev.ocelli.v1.LoadModelRequest;
import dev.ocelli.v1.LoadModelResponse;
import dev.ocelli.v1.Model;
import dev.ocelli.v1.ModelServiceGrpc;
import dev.ocelli.v1.UnloadModelRequest;

/** Requests of {@code ModelService}. */
final class ModelRequests {
  private ModelRequests() {}

  static UnaryRequest<?, ?, Page<Model>> list(String pageToken) {
    return new UnaryRequest<>(
        ModelServiceGrpc.getListModelsMethod(),
        ListModelsRequest.newBuilder().setPageToken(pageToken).build(),
        page -> new Page<>(page.getModelsList(), page.getNextPageToken()));
  }

  static UnaryRequest<?, ?, Model> get(String name) {
    return new UnaryRequest<>(
        ModelServiceGrpc.getGetModelMethod(),
        GetModelRequest.newBuilder().setName(name).build(),
        GetModelResponse::getModel);
  }

  static UnaryRequest<?, ?, Model> load(String name) {
    return new UnaryRequest<>(
        ModelServiceGrpc.getLoadModelMethod(),
        LoadModelRequest.newBuilder().setName(name).build(),
        LoadModelResponse::getModel);
  }

  static UnaryRequest<?, ?, Void> unload(String name) {
    return new UnaryRequest<>(
        ModelServiceGrpc.getUnloadModelMethod(),
        UnloadModelRequest.newBuilder().setName(name).build(),
        unloaded -> null);
  }
}
