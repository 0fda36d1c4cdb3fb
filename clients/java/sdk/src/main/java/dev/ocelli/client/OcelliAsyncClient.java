package dev.ocelli.client;

import dev.ocelli.v1.ClassifyRequest;
import dev.ocelli.v1.ClassifyResponse;
import dev.ocelli.v1.DetectRequest;
import dev.ocelli.v1.DetectResponse;
import dev.ocelli.v1.EmbedRequest;
import dev.ocelli.v1.EmbedResponse;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.ReadRequest;
import dev.ocelli.v1.ReadResponse;
import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The unary calls of an {@link OcelliClient} as futures, on its connection and with its deadline.
 *
 * <p>A call that fails completes its future with an {@link OcelliException}, which {@code get()}
 * and {@code join()} throw as the cause of their own exception; {@link OcelliException#from} finds
 * it. Cancelling a future cancels its call. Futures complete in a thread of gRPC's, or of {@link
 * ClientBuilder#executor}.
 */
public final class OcelliAsyncClient {
  private final Channel channel;

  OcelliAsyncClient(Channel channel) {
    this.channel = channel;
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image an image file, read before this returns
   * @return boxes in pixels of the upright image, best score first
   */
  public CompletableFuture<DetectResponse> detect(Path image) {
    return UnaryRequest.send(channel, () -> InferenceRequests.detect(Images.file(image)));
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image the bytes of an image file
   * @return boxes in pixels of the upright image, best score first
   */
  public CompletableFuture<DetectResponse> detect(byte[] image) {
    return InferenceRequests.detect(Images.encoded(image)).send(channel);
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return boxes in pixels of the upright image, best score first
   */
  public CompletableFuture<DetectResponse> detect(Image image) {
    return InferenceRequests.detect(image).send(channel);
  }

  /**
   * Finds the objects in an image, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("yolo")}
   * @return boxes in pixels of the upright image, best score first
   */
  public CompletableFuture<DetectResponse> detect(
      Image image, Consumer<? super DetectRequest.Builder> options) {
    return InferenceRequests.detect(image, options).send(channel);
  }

  /**
   * Finds the objects in an image by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return boxes in pixels of the upright image, best score first
   */
  public CompletableFuture<DetectResponse> detect(DetectRequest request) {
    return InferenceRequests.detect(request).send(channel);
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image an image file, read before this returns
   * @return classes with their scores, best first
   */
  public CompletableFuture<ClassifyResponse> classify(Path image) {
    return UnaryRequest.send(channel, () -> InferenceRequests.classify(Images.file(image)));
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image the bytes of an image file
   * @return classes with their scores, best first
   */
  public CompletableFuture<ClassifyResponse> classify(byte[] image) {
    return InferenceRequests.classify(Images.encoded(image)).send(channel);
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return classes with their scores, best first
   */
  public CompletableFuture<ClassifyResponse> classify(Image image) {
    return InferenceRequests.classify(image).send(channel);
  }

  /**
   * Tells what an image shows, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("birds")}
   * @return classes with their scores, best first
   */
  public CompletableFuture<ClassifyResponse> classify(
      Image image, Consumer<? super ClassifyRequest.Builder> options) {
    return InferenceRequests.classify(image, options).send(channel);
  }

  /**
   * Tells what an image shows by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return classes with their scores, best first
   */
  public CompletableFuture<ClassifyResponse> classify(ClassifyRequest request) {
    return InferenceRequests.classify(request).send(channel);
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image an image file, read before this returns
   * @return lines with their corners and scores, from top to bottom
   */
  public CompletableFuture<ReadResponse> read(Path image) {
    return UnaryRequest.send(channel, () -> InferenceRequests.read(Images.file(image)));
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image the bytes of an image file
   * @return lines with their corners and scores, from top to bottom
   */
  public CompletableFuture<ReadResponse> read(byte[] image) {
    return InferenceRequests.read(Images.encoded(image)).send(channel);
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return lines with their corners and scores, from top to bottom
   */
  public CompletableFuture<ReadResponse> read(Image image) {
    return InferenceRequests.read(image).send(channel);
  }

  /**
   * Reads the text in an image, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("labels")}
   * @return lines with their corners and scores, from top to bottom
   */
  public CompletableFuture<ReadResponse> read(
      Image image, Consumer<? super ReadRequest.Builder> options) {
    return InferenceRequests.read(image, options).send(channel);
  }

  /**
   * Reads the text in an image by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return lines with their corners and scores, from top to bottom
   */
  public CompletableFuture<ReadResponse> read(ReadRequest request) {
    return InferenceRequests.read(request).send(channel);
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image an image file, read before this returns
   * @return the vector, of length 1
   */
  public CompletableFuture<EmbedResponse> embed(Path image) {
    return UnaryRequest.send(channel, () -> InferenceRequests.embed(Images.file(image)));
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image the bytes of an image file
   * @return the vector, of length 1
   */
  public CompletableFuture<EmbedResponse> embed(byte[] image) {
    return InferenceRequests.embed(Images.encoded(image)).send(channel);
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return the vector, of length 1
   */
  public CompletableFuture<EmbedResponse> embed(Image image) {
    return InferenceRequests.embed(image).send(channel);
  }

  /**
   * Turns an image into a vector, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("yolo")}
   * @return the vector, of length 1 unless asked for as the model gave it
   */
  public CompletableFuture<EmbedResponse> embed(
      Image image, Consumer<? super EmbedRequest.Builder> options) {
    return InferenceRequests.embed(image, options).send(channel);
  }

  /**
   * Turns a text into a vector with the server's default model, which must take texts or share its
   * space with one that does.
   *
   * @param text 1 to 8192 bytes of UTF-8
   * @return the vector, of length 1
   */
  public CompletableFuture<EmbedResponse> embedText(String text) {
    return InferenceRequests.embedText(text).send(channel);
  }

  /**
   * Turns an image or a text into a vector by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, or text, model and options
   * @return the vector, of length 1 unless asked for as the model gave it
   */
  public CompletableFuture<EmbedResponse> embed(EmbedRequest request) {
    return InferenceRequests.embed(request).send(channel);
  }

  /**
   * The collections of the server.
   *
   * @return calls over this connection
   */
  public AsyncCollectionCalls collections() {
    return new AsyncCollectionCalls(channel);
  }

  /**
   * The points in collections.
   *
   * @return calls over this connection
   */
  public AsyncPointCalls points() {
    return new AsyncPointCalls(channel);
  }

  /**
   * Searches in collections.
   *
   * @return calls over this connection
   */
  public AsyncSearchCalls search() {
    return new AsyncSearchCalls(channel);
  }

  /**
   * The models of the server.
   *
   * @return calls over this connection
   */
  public AsyncModelCalls models() {
    return new AsyncModelCalls(channel);
  }

  /**
   * Asks for the health of the server, a service or a model.
   *
   * @param service such as {@code ocelli.v1.DetectService} or {@code model/nanodet_coco80}; empty:
   *     the server
   * @return {@link ServingStatus#SERVICE_UNKNOWN} if the server does not know the name
   */
  public CompletableFuture<ServingStatus> health(String service) {
    return InferenceRequests.health(service).send(channel);
  }
}
