package dev.ocelli.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Finds objects in images and video frames.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class DetectServiceGrpc {

  private DetectServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "ocelli.v1.DetectService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.DetectRequest,
      dev.ocelli.v1.DetectResponse> getDetectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Detect",
      requestType = dev.ocelli.v1.DetectRequest.class,
      responseType = dev.ocelli.v1.DetectResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.DetectRequest,
      dev.ocelli.v1.DetectResponse> getDetectMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.DetectRequest, dev.ocelli.v1.DetectResponse> getDetectMethod;
    if ((getDetectMethod = DetectServiceGrpc.getDetectMethod) == null) {
      synchronized (DetectServiceGrpc.class) {
        if ((getDetectMethod = DetectServiceGrpc.getDetectMethod) == null) {
          DetectServiceGrpc.getDetectMethod = getDetectMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DetectRequest, dev.ocelli.v1.DetectResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Detect"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DetectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DetectResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DetectServiceMethodDescriptorSupplier("Detect"))
              .build();
        }
      }
    }
    return getDetectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.ocelli.v1.DetectStreamRequest,
      dev.ocelli.v1.DetectStreamResponse> getDetectStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DetectStream",
      requestType = dev.ocelli.v1.DetectStreamRequest.class,
      responseType = dev.ocelli.v1.DetectStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<dev.ocelli.v1.DetectStreamRequest,
      dev.ocelli.v1.DetectStreamResponse> getDetectStreamMethod() {
    io.grpc.MethodDescriptor<dev.ocelli.v1.DetectStreamRequest, dev.ocelli.v1.DetectStreamResponse> getDetectStreamMethod;
    if ((getDetectStreamMethod = DetectServiceGrpc.getDetectStreamMethod) == null) {
      synchronized (DetectServiceGrpc.class) {
        if ((getDetectStreamMethod = DetectServiceGrpc.getDetectStreamMethod) == null) {
          DetectServiceGrpc.getDetectStreamMethod = getDetectStreamMethod =
              io.grpc.MethodDescriptor.<dev.ocelli.v1.DetectStreamRequest, dev.ocelli.v1.DetectStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DetectStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DetectStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.ocelli.v1.DetectStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DetectServiceMethodDescriptorSupplier("DetectStream"))
              .build();
        }
      }
    }
    return getDetectStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static DetectServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DetectServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DetectServiceStub>() {
        @java.lang.Override
        public DetectServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DetectServiceStub(channel, callOptions);
        }
      };
    return DetectServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static DetectServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DetectServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DetectServiceBlockingV2Stub>() {
        @java.lang.Override
        public DetectServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DetectServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return DetectServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static DetectServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DetectServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DetectServiceBlockingStub>() {
        @java.lang.Override
        public DetectServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DetectServiceBlockingStub(channel, callOptions);
        }
      };
    return DetectServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static DetectServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DetectServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DetectServiceFutureStub>() {
        @java.lang.Override
        public DetectServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DetectServiceFutureStub(channel, callOptions);
        }
      };
    return DetectServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Finds the objects in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    default void detect(dev.ocelli.v1.DetectRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDetectMethod(), responseObserver);
    }

    /**
     * <pre>
     * Finds the objects in the frames of a video. The first message from the client is the
     * configuration, the first from the server its window. After that every frame gets exactly one
     * answer, in the order of sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectStreamRequest> detectStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getDetectStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service DetectService.
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public static abstract class DetectServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return DetectServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service DetectService.
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public static final class DetectServiceStub
      extends io.grpc.stub.AbstractAsyncStub<DetectServiceStub> {
    private DetectServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DetectServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DetectServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Finds the objects in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public void detect(dev.ocelli.v1.DetectRequest request,
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDetectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Finds the objects in the frames of a video. The first message from the client is the
     * configuration, the first from the server its window. After that every frame gets exactly one
     * answer, in the order of sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectStreamRequest> detectStream(
        io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getDetectStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service DetectService.
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public static final class DetectServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<DetectServiceBlockingV2Stub> {
    private DetectServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DetectServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DetectServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Finds the objects in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.DetectResponse detect(dev.ocelli.v1.DetectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDetectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Finds the objects in the frames of a video. The first message from the client is the
     * configuration, the first from the server its window. After that every frame gets exactly one
     * answer, in the order of sending.
     * Frames change nothing, so a client whose stream ends may open another and send what was not
     * answered. Each frame has a deadline of its own, `max_deadline_s`; the stream has the caller's or
     * none. At most `stream_window` frames are in flight.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<dev.ocelli.v1.DetectStreamRequest, dev.ocelli.v1.DetectStreamResponse>
        detectStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getDetectStreamMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service DetectService.
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public static final class DetectServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<DetectServiceBlockingStub> {
    private DetectServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DetectServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DetectServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Finds the objects in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public dev.ocelli.v1.DetectResponse detect(dev.ocelli.v1.DetectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDetectMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service DetectService.
   * <pre>
   * Finds objects in images and video frames.
   * </pre>
   */
  public static final class DetectServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<DetectServiceFutureStub> {
    private DetectServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DetectServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DetectServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Finds the objects in one image.
     * Changes nothing, so it may be repeated; clients retry UNAVAILABLE. The deadline is the caller's,
     * at most `max_deadline_s`; the message has at most `max_message_bytes`.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.ocelli.v1.DetectResponse> detect(
        dev.ocelli.v1.DetectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDetectMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_DETECT = 0;
  private static final int METHODID_DETECT_STREAM = 1;

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
        case METHODID_DETECT:
          serviceImpl.detect((dev.ocelli.v1.DetectRequest) request,
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectResponse>) responseObserver);
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
        case METHODID_DETECT_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.detectStream(
              (io.grpc.stub.StreamObserver<dev.ocelli.v1.DetectStreamResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getDetectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.ocelli.v1.DetectRequest,
              dev.ocelli.v1.DetectResponse>(
                service, METHODID_DETECT)))
        .addMethod(
          getDetectStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              dev.ocelli.v1.DetectStreamRequest,
              dev.ocelli.v1.DetectStreamResponse>(
                service, METHODID_DETECT_STREAM)))
        .build();
  }

  private static abstract class DetectServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    DetectServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.ocelli.v1.Detect.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("DetectService");
    }
  }

  private static final class DetectServiceFileDescriptorSupplier
      extends DetectServiceBaseDescriptorSupplier {
    DetectServiceFileDescriptorSupplier() {}
  }

  private static final class DetectServiceMethodDescriptorSupplier
      extends DetectServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    DetectServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (DetectServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new DetectServiceFileDescriptorSupplier())
              .addMethod(getDetectMethod())
              .addMethod(getDetectStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
