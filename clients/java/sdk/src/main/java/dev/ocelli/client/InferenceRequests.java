package dev.ocelli.client;

import dev.ocelli.v1.ClassifyRequest;
import dev.ocelli.v1.ClassifyResponse;
import dev.ocelli.v1.ClassifyServiceGrpc;
import dev.ocelli.v1.DetectRequest;
import dev.ocelli.v1.DetectResponse;
import dev.ocelli.v1.DetectServiceGrpc;
import dev.ocelli.v1.EmbedRequest;
import dev.ocelli.v1.EmbedResponse;
import dev.ocelli.v1.EmbedServiceGrpc;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.ReadRequest;
import dev.ocelli.v1.ReadResponse;
import dev.ocelli.v1.ReadServiceGrpc;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests of the services that look at images, and for the health of services. */
final class InferenceRequests {
  private InferenceRequests() {}

  static UnaryRequest<?, ?, DetectResponse> detect(Image image) {
    return detect(image, options -> {});
  }

  static UnaryRequest<?, ?, DetectResponse> detect(
      Image image, Consumer<? super DetectRequest.Builder> options) {
    var request = DetectRequest.newBuilder().setImage(image);
    options.accept(request);
    return detect(request.build());
  }

  static UnaryRequest<?, ?, DetectResponse> detect(DetectRequest request) {
    return new UnaryRequest<>(DetectServiceGrpc.getDetectMethod(), request, Function.identity());
  }

  static UnaryRequest<?, ?, ClassifyResponse> classify(Image image) {
    return classify(image, options -> {});
  }

  static UnaryRequest<?, ?, ClassifyResponse> classify(
      Image image, Consumer<? super ClassifyRequest.Builder> options) {
    var request = ClassifyRequest.newBuilder().setImage(image);
    options.accept(request);
    return classify(request.build());
  }

  static UnaryRequest<?, ?, ClassifyResponse> classify(ClassifyRequest request) {
    return new UnaryRequest<>(
        ClassifyServiceGrpc.getClassifyMethod(), request, Function.identity());
  }

  static UnaryRequest<?, ?, ReadResponse> read(Image image) {
    return read(image, options -> {});
  }

  static UnaryRequest<?, ?, ReadResponse> read(
      Image image, Consumer<? super ReadRequest.Builder> options) {
    var request = ReadRequest.newBuilder().setImage(image);
    options.accept(request);
    return read(request.build());
  }

  static UnaryRequest<?, ?, ReadResponse> read(ReadRequest request) {
    return new UnaryRequest<>(ReadServiceGrpc.getReadMethod(), request, Function.identity());
  }

  static UnaryRequest<?, ?, EmbedResponse> embed(Image image) {
    return embed(image, options -> {});
  }

  static UnaryRequest<?, ?, EmbedResponse> embed(
      Image image, Consumer<? super EmbedRequest.Builder> options) {
    var request = EmbedRequest.newBuilder().setImage(image);
    options.accept(request);
    return embed(request.build());
  }

  static UnaryRequest<?, ?, EmbedResponse> embedText(String text) {
    return embed(EmbedRequest.newBuilder().setText(text).build());
  }

  static UnaryRequest<?, ?, EmbedResponse> embed(EmbedRequest request) {
    return new UnaryRequest<>(EmbedServiceGrpc.getEmbedMethod(), request, Function.identity());
  }

  static UnaryRequest<?, ?, ServingStatus> health(String service) {
    return new UnaryRequest<>(
        HealthGrpc.getCheckMethod(),
        HealthCheckRequest.newBuilder().setService(service).build(),
        HealthCheckResponse::getStatus,
        failed -> {
          if (failed.code() == Code.NOT_FOUND) {
            return ServingStatus.SERVICE_UNKNOWN;
          }
          throw failed;
        });
  }
}
