package dev.ocelli.client;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Settings of a client. Those left alone have the defaults that suit most programs. */
public final class ClientBuilder {
  private static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
  private static final Duration LOAD_DEADLINE = Duration.ofSeconds(600);
  private static final int RETRIED_AT_ONCE = 4;
  private static final int MAX_PORT = 65_535;
  private static final Pattern LOCAL =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1\\]):\\d+");
  private static final Pattern PORT = Pattern.compile(":(\\d{1,18})$");

  private final String address;
  private Tls tls;
  private Supplier<String> token;
  private Duration deadline = Duration.ofSeconds(10);
  private int maxMessageBytes = MAX_MESSAGE_BYTES;
  private Duration keepAliveTime = Duration.ofSeconds(60);
  private Duration keepAliveTimeout = Duration.ofSeconds(20);
  private Map<String, ?> retries = RetryPolicy.serviceConfig();
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private Consumer<? super ManagedChannelBuilder<?>> channelSettings = channel -> {};

  ClientBuilder(String address) {
    this.address = address;
  }

  /**
   * Encrypts the connection and checks who answers. Default: plain text.
   *
   * @param settings whom to trust and what to show
   * @return this
   */
  public ClientBuilder tls(Tls settings) {
    tls = settings;
    return this;
  }

  /**
   * Sends an API key of the server's, or another bearer token, with every call: over TLS, or to
   * this machine.
   *
   * @param supplier gives the token for each call; it may wait, in a thread of gRPC's
   * @return this
   */
  public ClientBuilder token(Supplier<String> supplier) {
    token = supplier;
    return this;
  }

  /**
   * How long a unary call may take. Default: 10 s. Loading a model may take 600 s whatever is set
   * here, and streams take as long as they take; {@link OcelliClient#withDeadline} limits them,
   * too.
   *
   * @param duration positive
   * @return this
   */
  public ClientBuilder deadline(Duration duration) {
    deadline = positive("deadline", duration);
    return this;
  }

  /**
   * Largest message sent or received. Default: 32 MiB. The server has a limit of its own.
   *
   * @param bytes positive
   * @return this
   */
  public ClientBuilder maxMessageBytes(int bytes) {
    if (bytes < 1) {
      throw Failures.invalid(
          "maxMessageBytes", "maxMessageBytes is " + bytes, "give 1 or more", null);
    }
    maxMessageBytes = bytes;
    return this;
  }

  /**
   * Attempts at a call that may be repeated, if the server is unavailable. Default: 3.
   *
   * @param attempts 1 to 5; 1 means no retry
   * @return this
   */
  public ClientBuilder maxAttempts(int attempts) {
    if (attempts < 1 || attempts > 5) {
      throw Failures.invalid("maxAttempts", "maxAttempts is " + attempts, "give 1 to 5", null);
    }
    retries = attempts == 1 ? null : RetryPolicy.serviceConfig(attempts);
    return this;
  }

  /**
   * When an idle connection is checked. Default: after 60 s, for 20 s.
   *
   * @param time without traffic before a ping; the server refuses less than 30 s
   * @param timeout without an answer before the connection counts as dead
   * @return this
   */
  public ClientBuilder keepAlive(Duration time, Duration timeout) {
    keepAliveTime = positive("keepAlive.time", time);
    keepAliveTimeout = positive("keepAlive.timeout", timeout);
    return this;
  }

  /**
   * Runs what gRPC calls back in an executor of the caller's: what depends on futures, and token
   * suppliers. Default: threads of gRPC's.
   *
   * @param executor not shut down with the client
   * @return this
   */
  public ClientBuilder executor(Executor executor) {
    return channel(channel -> channel.executor(executor));
  }

  /**
   * Wraps every call, streams and those of generated stubs included, such as to trace or to count
   * them. They see a call once, whatever its retries, and its failure with an {@link
   * OcelliException} as the cause; a deadline that they set holds in place of the client's.
   *
   * @param wrapping the first one sees calls first; added to those of earlier calls
   * @return this
   */
  public ClientBuilder interceptors(ClientInterceptor... wrapping) {
    interceptors.addAll(List.of(wrapping));
    return this;
  }

  /**
   * Sets what gRPC has to set and this class has not: proxy, user agent, name resolver, load
   * balancing. May be called more than once.
   *
   * @param settings change the builder after this client's own settings
   * @return this
   */
  public ClientBuilder channel(Consumer<? super ManagedChannelBuilder<?>> settings) {
    var before = channelSettings;
    channelSettings =
        channel -> {
          before.accept(channel);
          settings.accept(channel);
        };
    return this;
  }

  /**
   * Makes the client. Nothing is sent before the first call.
   *
   * @return to be closed after use
   * @throws OcelliException a file of the TLS settings cannot be used, or a token would be sent in
   *     plain text
   */
  public OcelliClient connect() {
    var channel =
        target()
            .maxInboundMessageSize(maxMessageBytes)
            .keepAliveTime(keepAliveTime.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(keepAliveTimeout.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveWithoutCalls(true)
            // Where a name stands for several servers, calls go to each in turn.
            .defaultLoadBalancingPolicy("round_robin");
    if (retries != null) {
      // A request is kept for a retry if it fits, and images are larger than gRPC's default.
      channel
          .defaultServiceConfig(retries)
          .perRpcBufferLimit(maxMessageBytes)
          .retryBufferSize((long) RETRIED_AT_ONCE * maxMessageBytes);
    } else {
      channel.disableRetry();
    }
    if (tls != null && tls.serverName() != null) {
      channel.overrideAuthority(tls.serverName());
    }
    channelSettings.accept(channel);
    var defaults = new CallDefaults(deadline, LOAD_DEADLINE, null, maxMessageBytes, Duration.ZERO);
    return new OcelliClient(new Connection(address, channel.build(), interceptors), defaults);
  }

  private ManagedChannelBuilder<?> target() {
    var credentials = credentials();
    var port = PORT.matcher(address);
    if (address.isEmpty() || port.find() && Long.parseLong(port.group(1)) > MAX_PORT) {
      throw Failures.invalid("address", "the address is '" + address + "'", "give host:port", null);
    }
    try {
      return Grpc.newChannelBuilder(address, credentials);
    } catch (IllegalArgumentException refused) {
      // gRPC reads the address and the private key here.
      var message = "cannot use " + address + " with these settings: " + refused.getMessage();
      var hint = "give host:port, and to Tls.showing() a PEM key, PKCS #8 without a passphrase";
      throw Failures.invalid("address", message, hint, refused);
    }
  }

  private ChannelCredentials credentials() {
    if (tls == null) {
      if (token == null) {
        return InsecureChannelCredentials.create();
      }
      if (!LOCAL.matcher(address).matches()) {
        throw Failures.invalid(
            "token", "a token is not sent in plain text", "connect with tls()", null);
      }
      return CompositeChannelCredentials.create(
          InsecureChannelCredentials.create(), new BearerToken(token));
    }
    var secured = tls.credentials();
    return token == null
        ? secured
        : CompositeChannelCredentials.create(secured, new BearerToken(token));
  }

  static Duration positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw Failures.invalid(name, name + " is " + duration, "give a positive duration", null);
    }
    return duration;
  }
}
