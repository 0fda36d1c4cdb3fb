package dev.ocelli.client;

import dev.ocelli.v1.ClassifyFrameAnswer;
import dev.ocelli.v1.ClassifyRequest;
import dev.ocelli.v1.ClassifyResponse;
import dev.ocelli.v1.ClassifyStreamConfig;
import dev.ocelli.v1.DetectFrameAnswer;
import dev.ocelli.v1.DetectRequest;
import dev.ocelli.v1.DetectResponse;
import dev.ocelli.v1.DetectStreamConfig;
import dev.ocelli.v1.EmbedFrameAnswer;
import dev.ocelli.v1.EmbedRequest;
import dev.ocelli.v1.EmbedResponse;
import dev.ocelli.v1.EmbedStreamConfig;
import dev.ocelli.v1.Image;
import dev.ocelli.v1.ReadRequest;
import dev.ocelli.v1.ReadResponse;
import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * A connection to an Ocelli server. Threads may share one.
 *
 * <p>Every call throws {@link OcelliException} when it fails. Unary calls take at most the client's
 * deadline, by default 10 s, or 600 s to load a model; streams take as long as they take. {@link
 * #withDeadline} limits any of them, {@link #withResume} lets streams outlive a restart of the
 * server, and {@link #async} has the unary calls as futures.
 */
public final class OcelliClient implements AutoCloseable {
  private final Connection connection;
  private final CallDefaults defaults;
  private final Channel channel;
  private final StreamOpener streams;

  OcelliClient(Connection connection, CallDefaults defaults) {
    this.connection = connection;
    this.defaults = defaults;
    this.channel = connection.with(defaults);
    this.streams = new StreamOpener(connection, channel, defaults);
  }

  /**
   * Makes a client that speaks plain text and has all defaults.
   *
   * @param address host:port, or any target that gRPC resolves
   * @return to be closed after use
   */
  public static OcelliClient connect(String address) {
    return builder(address).connect();
  }

  /**
   * Starts the settings of a client: TLS, token, deadline, sizes, retries.
   *
   * @param address host:port, or any target that gRPC resolves
   * @return settings with their defaults
   */
  public static ClientBuilder builder(String address) {
    return new ClientBuilder(address);
  }

  /**
   * The same connection with another deadline, for all unary calls and for whole streams.
   *
   * @param deadline how long each call may take from its start
   * @return a view that needs no closing of its own
   */
  public OcelliClient withDeadline(Duration deadline) {
    return new OcelliClient(connection, defaults.within(deadline));
  }

  /**
   * The same connection with streams that outlive a restart of the server.
   *
   * <p>A stream that ends because the server stops, is overloaded or cannot be reached is opened
   * again after the delay that the server asks for. What was not answered is sent again, and the
   * reader gets one answer per item, in order, as if nothing had happened; {@link
   * AnswerStream#onWindow} tells of the new window. Until they are answered, messages are kept: as
   * many as the window has room for.
   *
   * @param limit how long a stream may go without an answer before it ends with the error; positive
   * @return a view that needs no closing of its own
   */
  public OcelliClient withResume(Duration limit) {
    return new OcelliClient(connection, defaults.resuming(ClientBuilder.positive("limit", limit)));
  }

  /**
   * Waits until the server is ready: until it runs and serves all its services.
   *
   * @param timeout how long to wait at most
   * @throws OcelliException it is not ready in time, with the code {@code DEADLINE_EXCEEDED}, or
   *     does not let this client ask
   */
  public void waitUntilReady(Duration timeout) {
    waitUntilReady("", timeout);
  }

  /**
   * Waits until a service or a model is ready.
   *
   * @param service as for {@link #health}
   * @param timeout how long to wait at most
   * @throws OcelliException it is not ready in time, with the code {@code DEADLINE_EXCEEDED}, or
   *     the server does not let this client ask
   */
  public void waitUntilReady(String service, Duration timeout) {
    new Readiness(connection, channel, service).await(timeout);
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image an image file
   * @return boxes in pixels of the upright image, best score first
   */
  public DetectResponse detect(Path image) {
    return InferenceRequests.detect(Images.file(image)).call(channel);
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image the bytes of an image file
   * @return boxes in pixels of the upright image, best score first
   */
  public DetectResponse detect(byte[] image) {
    return InferenceRequests.detect(Images.encoded(image)).call(channel);
  }

  /**
   * Finds the objects in an image with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return boxes in pixels of the upright image, best score first
   */
  public DetectResponse detect(Image image) {
    return InferenceRequests.detect(image).call(channel);
  }

  /**
   * Finds the objects in an image, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("yolo")}
   * @return boxes in pixels of the upright image, best score first
   */
  public DetectResponse detect(Image image, Consumer<? super DetectRequest.Builder> options) {
    return InferenceRequests.detect(image, options).call(channel);
  }

  /**
   * Finds the objects in an image by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return boxes in pixels of the upright image, best score first
   */
  public DetectResponse detect(DetectRequest request) {
    return InferenceRequests.detect(request).call(channel);
  }

  /**
   * Finds the objects in the frames of a video with all defaults.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @return one answer per frame, in order
   */
  public AnswerStream<DetectFrameAnswer> detectStream(Iterator<? extends Frame> frames) {
    return detectStream(frames, DetectStreamConfig.getDefaultInstance());
  }

  /**
   * Finds the objects in the frames of a video, with every option.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @param options sets them, such as {@code config -> config.setModel("yolo")}
   * @return one answer per frame, in order
   */
  public AnswerStream<DetectFrameAnswer> detectStream(
      Iterator<? extends Frame> frames, Consumer<? super DetectStreamConfig.Builder> options) {
    var config = DetectStreamConfig.newBuilder();
    options.accept(config);
    return detectStream(frames, config.build());
  }

  /**
   * Finds the objects in the frames of a video.
   *
   * <p>Frames are drawn by another thread, each when the server's window has room for it, so a
   * camera or a file of any length costs no more memory than the window. A frame that fails does
   * not end the stream: its answer carries the error, for {@link OcelliException#of}.
   *
   * @param frames what to send
   * @param config model, options, overflow policy, frame age, window
   * @return one answer per frame, in order; close it to leave early
   */
  public AnswerStream<DetectFrameAnswer> detectStream(
      Iterator<? extends Frame> frames, DetectStreamConfig config) {
    return streams.open(new DetectStreamCodec(config), frames);
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image an image file
   * @return classes with their scores, best first
   */
  public ClassifyResponse classify(Path image) {
    return InferenceRequests.classify(Images.file(image)).call(channel);
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image the bytes of an image file
   * @return classes with their scores, best first
   */
  public ClassifyResponse classify(byte[] image) {
    return InferenceRequests.classify(Images.encoded(image)).call(channel);
  }

  /**
   * Tells what an image shows with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return classes with their scores, best first
   */
  public ClassifyResponse classify(Image image) {
    return InferenceRequests.classify(image).call(channel);
  }

  /**
   * Tells what an image shows, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("birds")}
   * @return classes with their scores, best first
   */
  public ClassifyResponse classify(Image image, Consumer<? super ClassifyRequest.Builder> options) {
    return InferenceRequests.classify(image, options).call(channel);
  }

  /**
   * Tells what an image shows by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return classes with their scores, best first
   */
  public ClassifyResponse classify(ClassifyRequest request) {
    return InferenceRequests.classify(request).call(channel);
  }

  /**
   * Tells what the frames of a video show, with all defaults.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @return one answer per frame, in order
   */
  public AnswerStream<ClassifyFrameAnswer> classifyStream(Iterator<? extends Frame> frames) {
    return classifyStream(frames, ClassifyStreamConfig.getDefaultInstance());
  }

  /**
   * Tells what the frames of a video show, with every option.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @param options sets them, such as {@code config -> config.setModel("birds")}
   * @return one answer per frame, in order
   */
  public AnswerStream<ClassifyFrameAnswer> classifyStream(
      Iterator<? extends Frame> frames, Consumer<? super ClassifyStreamConfig.Builder> options) {
    var config = ClassifyStreamConfig.newBuilder();
    options.accept(config);
    return classifyStream(frames, config.build());
  }

  /**
   * Tells what the frames of a video show. Behaves as {@link #detectStream(Iterator,
   * DetectStreamConfig)}.
   *
   * @param frames what to send
   * @param config model, options, overflow policy, frame age, window
   * @return one answer per frame, in order; close it to leave early
   */
  public AnswerStream<ClassifyFrameAnswer> classifyStream(
      Iterator<? extends Frame> frames, ClassifyStreamConfig config) {
    return streams.open(new ClassifyStreamCodec(config), frames);
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image an image file
   * @return lines with their corners and scores, from top to bottom
   */
  public ReadResponse read(Path image) {
    return InferenceRequests.read(Images.file(image)).call(channel);
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image the bytes of an image file
   * @return lines with their corners and scores, from top to bottom
   */
  public ReadResponse read(byte[] image) {
    return InferenceRequests.read(Images.encoded(image)).call(channel);
  }

  /**
   * Reads the text in an image with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return lines with their corners and scores, from top to bottom
   */
  public ReadResponse read(Image image) {
    return InferenceRequests.read(image).call(channel);
  }

  /**
   * Reads the text in an image, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("labels")}
   * @return lines with their corners and scores, from top to bottom
   */
  public ReadResponse read(Image image, Consumer<? super ReadRequest.Builder> options) {
    return InferenceRequests.read(image, options).call(channel);
  }

  /**
   * Reads the text in an image by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, model and options
   * @return lines with their corners and scores, from top to bottom
   */
  public ReadResponse read(ReadRequest request) {
    return InferenceRequests.read(request).call(channel);
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image an image file
   * @return the vector, of length 1
   */
  public EmbedResponse embed(Path image) {
    return InferenceRequests.embed(Images.file(image)).call(channel);
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image the bytes of an image file
   * @return the vector, of length 1
   */
  public EmbedResponse embed(byte[] image) {
    return InferenceRequests.embed(Images.encoded(image)).call(channel);
  }

  /**
   * Turns an image into a vector with the server's default model.
   *
   * @param image as {@link Images} makes it
   * @return the vector, of length 1
   */
  public EmbedResponse embed(Image image) {
    return InferenceRequests.embed(image).call(channel);
  }

  /**
   * Turns an image into a vector, with every option.
   *
   * @param image as {@link Images} makes it
   * @param options sets them, such as {@code request -> request.setModel("yolo")}
   * @return the vector, of length 1 unless asked for as the model gave it
   */
  public EmbedResponse embed(Image image, Consumer<? super EmbedRequest.Builder> options) {
    return InferenceRequests.embed(image, options).call(channel);
  }

  /**
   * Turns a text into a vector with the server's default model, which must take texts or share its
   * space with one that does.
   *
   * @param text 1 to 8192 bytes of UTF-8
   * @return the vector, of length 1
   */
  public EmbedResponse embedText(String text) {
    return InferenceRequests.embedText(text).call(channel);
  }

  /**
   * Turns an image or a text into a vector by a request of the contract.
   *
   * @param request image, as {@link Images} makes it, or text, model and options
   * @return the vector, of length 1 unless asked for as the model gave it
   */
  public EmbedResponse embed(EmbedRequest request) {
    return InferenceRequests.embed(request).call(channel);
  }

  /**
   * Embeds the frames of a video with all defaults.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @return one answer per frame, in order
   */
  public AnswerStream<EmbedFrameAnswer> embedStream(Iterator<? extends Frame> frames) {
    return embedStream(frames, EmbedStreamConfig.getDefaultInstance());
  }

  /**
   * Embeds the frames of a video, with every option.
   *
   * @param frames as for {@link #detectStream(Iterator, DetectStreamConfig)}
   * @param options sets them, such as {@code config -> config.setModel("yolo")}
   * @return one answer per frame, in order
   */
  public AnswerStream<EmbedFrameAnswer> embedStream(
      Iterator<? extends Frame> frames, Consumer<? super EmbedStreamConfig.Builder> options) {
    var config = EmbedStreamConfig.newBuilder();
    options.accept(config);
    return embedStream(frames, config.build());
  }

  /**
   * Embeds the frames of a video. Behaves as {@link #detectStream(Iterator, DetectStreamConfig)}.
   *
   * @param frames what to send
   * @param config model, options, overflow policy, frame age, window
   * @return one answer per frame, in order; close it to leave early
   */
  public AnswerStream<EmbedFrameAnswer> embedStream(
      Iterator<? extends Frame> frames, EmbedStreamConfig config) {
    return streams.open(new EmbedStreamCodec(config), frames);
  }

  /**
   * The unary calls as futures.
   *
   * @return a view that needs no closing of its own
   */
  public OcelliAsyncClient async() {
    return new OcelliAsyncClient(channel);
  }

  /**
   * The collections of the server.
   *
   * @return calls over this connection
   */
  public CollectionCalls collections() {
    return new CollectionCalls(channel);
  }

  /**
   * The points in collections.
   *
   * @return calls over this connection
   */
  public PointCalls points() {
    return new PointCalls(channel, streams);
  }

  /**
   * Searches in collections.
   *
   * @return calls over this connection
   */
  public SearchCalls search() {
    return new SearchCalls(channel);
  }

  /**
   * The models of the server.
   *
   * @return calls over this connection
   */
  public ModelCalls models() {
    return new ModelCalls(channel);
  }

  /**
   * Asks for the health of the server, a service or a model.
   *
   * @param service such as {@code ocelli.v1.DetectService} or {@code model/nanodet_coco80}; empty:
   *     the server
   * @return {@link ServingStatus#SERVICE_UNKNOWN} if the server does not know the name
   */
  public ServingStatus health(String service) {
    return InferenceRequests.health(service).call(channel);
  }

  /**
   * The connection for generated stubs, such as {@code
   * DetectServiceGrpc.newFutureStub(client.channel())}. Deadline, retries and token apply. What
   * stubs throw is a {@link io.grpc.StatusRuntimeException} whose cause is an {@link
   * OcelliException}; {@link OcelliException#from} gets it.
   *
   * @return lives as long as this client
   */
  public Channel channel() {
    return channel;
  }

  /** Ends all calls and the connection. */
  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return "OcelliClient(" + connection.address() + ")";
  }
}
