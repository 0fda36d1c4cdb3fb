package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Turns images and texts into vectors whose nearness means likeness.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class EmbedServiceGrpc {

  private EmbedServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.EmbedService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedRequest,
      dev.ocelli.v1.EmbedResponse> getEmbedMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Embed",
      requestType = dev.ocelli.v1.EmbedRequest.class,
      responseType = dev.ocelli.v1.EmbedResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedRequest,
      dev.ocelli.v1.EmbedResponse> getEmbedMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedRequest, dev.ocelli.v1.EmbedResponse> getEmbedMethod;
    if ((getEmbedMethod = EmbedServiceGrpc.getEmbedMethod) == null) {
      synchronized (EmbedServiceGrpc.class) {
        if ((getEmbedMethod = EmbedServiceGrpc.getEmbedMethod) == null) {
          EmbedServiceGrpc.getEmbedMethod = getEmbedMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.EmbedRequest, dev.ocelli.v1.EmbedResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Embed"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.EmbedRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.EmbedResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EmbedServiceMethodDescriptorSupplier("Embed"))
              .build();
        }
      }
    }
    return getEmbedMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedStreamRequest,
      dev.ocelli.v1.EmbedStreamResponse> getEmbedStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "EmbedStream",
      requestType = dev.ocelli.v1.EmbedStreamRequest.class,
      responseType = dev.ocelli.v1.EmbedStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedStreamRequest,
      dev.ocelli.v1.EmbedStreamResponse> getEmbedStreamMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.EmbedStreamRequest, dev.ocelli.v1.EmbedStreamResponse> getEmbedStreamMethod;
    if ((getEmbedStreamMethod = EmbedServiceGrpc.getEmbedStreamMethod) == null) {
      synchronized (EmbedServiceGrpc.class) {
        if ((getEmbedStreamMethod = EmbedServiceGrpc.getEmbedStreamMethod) == null) {
          EmbedServiceGrpc.getEmbedStreamMethod = getEmbedStreamMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.EmbedStreamRequest, dev.ocelli.v1.EmbedStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "EmbedStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.EmbedStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.EmbedStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EmbedServiceMethodDescriptorSupplier("EmbedStream"))
              .build();
        }
      }
    }
    return getEmbedStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static EmbedServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EmbedServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EmbedServiceStub>() {
        @java.lang.Override
        public EmbedServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EmbedServiceStub(channel, callOptions);
        }
      };
    return EmbedServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static EmbedServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EmbedServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EmbedServiceBlockingV2Stub>() {
        @java.lang.Override
        public EmbedServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EmbedServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return EmbedServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static EmbedServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EmbedServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EmbedServiceBlockingStub>() {
        @java.lang.Override
        public EmbedServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EmbedServiceBlockingStub(channel, callOptions);
        }
      };
    return EmbedServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static EmbedServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EmbedServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EmbedServiceFutureStub>() {
        @java.lang.Override
        public EmbedServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EmbedServiceFutureStub(channel, callOptions);
        }
      };
    return EmbedServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Embeds one image or text.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    default void embed(dev.ocelli.v1.EmbedRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getEmbedMethod(), responseObserver);
    }

    /**
     * <pre>
     * Embeds the frames of a video. The first message from the client is the configuration, the first
     * from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedStreamRequest> embedStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getEmbedStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service EmbedService.
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public static abstract class EmbedServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return EmbedServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service EmbedService.
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public static final class EmbedServiceStub
      extends io.grpc.stub.AbstractAsyncStub<EmbedServiceStub> {
    private EmbedServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EmbedServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EmbedServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Embeds one image or text.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public void embed(dev.ocelli.v1.EmbedRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getEmbedMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Embeds the frames of a video. The first message from the client is the configuration, the first
     * from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedStreamRequest> embedStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getEmbedStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service EmbedService.
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public static final class EmbedServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<EmbedServiceBlockingV2Stub> {
    private EmbedServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EmbedServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EmbedServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Embeds one image or text.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.EmbedResponse embed(dev.ocelli.v1.EmbedRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getEmbedMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Embeds the frames of a video. The first message from the client is the configuration, the first
     * from the server its window. After that every frame gets exactly one answer, in the order of
     * sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.ocelli.v1.EmbedStreamRequest, dev.ocelli.v1.EmbedStreamResponse>
        embedStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getEmbedStreamMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service EmbedService.
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public static final class EmbedServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<EmbedServiceBlockingStub> {
    private EmbedServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EmbedServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EmbedServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Embeds one image or text.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.EmbedResponse embed(dev.ocelli.v1.EmbedRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getEmbedMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service EmbedService.
   * <pre>
   * Turns images and texts into vectors whose nearness means likeness.
   * </pre>
   */
  public static final class EmbedServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<EmbedServiceFutureStub> {
    private EmbedServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EmbedServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EmbedServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Embeds one image or text.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.EmbedResponse> embed(
        dev.ocelli.v1.EmbedRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getEmbedMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_EMBED = 0;
  private static final int METHODID_EMBED_STREAM = 1;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_EMBED:
          serviceImpl.embed((dev.ocelli.v1.EmbedRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_EMBED_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.embedStream(
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.EmbedStreamResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getEmbedMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.EmbedRequest,
              dev.ocelli.v1.EmbedResponse>(
                service, METHODID_EMBED)))
        .addMethod(
          getEmbedStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.EmbedStreamRequest,
              dev.ocelli.v1.EmbedStreamResponse>(
                service, METHODID_EMBED_STREAM)))
        .build();
  }

  private static abstract class EmbedServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    EmbedServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.Embed.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("EmbedService");
    }
  }

  private static final class EmbedServiceFileDescriptorSupplier
      extends EmbedServiceBaseDescriptorSupplier {
    EmbedServiceFileDescriptorSupplier() {}
  }

  private static final class EmbedServiceMethodDescriptorSupplier
      extends EmbedServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    EmbedServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (EmbedServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new EmbedServiceFileDescriptorSupplier())
              .addMethod(getEmbedMethod())
              .addMethod(getEmbedStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
