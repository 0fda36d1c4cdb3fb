package dev.ocelli.load;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Targets of several addresses, {@code ipv4:127.0.0.1:8500,127.0.0.1:8501}, which other gRPCs have
 * and the one for Java has not.
 */
final class SeveralAddresses extends NameResolverProvider {
  private static final String SCHEME = "ipv4";

  static void register() {
    NameResolverRegistry.getDefaultRegistry().register(new SeveralAddresses());
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    var servers =
        Arrays.stream(target.getSchemeSpecificPart().split(","))
            .map(SeveralAddresses::address)
            .map(EquivalentAddressGroup::new)
            .collect(Collectors.toList());
    return new Known(target.getSchemeSpecificPart(), servers);
  }

  private static SocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 0; // which leaves targets without a scheme to the others
  }

  @Override
  public Set<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  private static final class Known extends NameResolver {
    private final String name;
    private final List<EquivalentAddressGroup> servers;

    Known(String name, List<EquivalentAddressGroup> servers) {
      this.name = name;
      this.servers = servers;
    }

    @Override
    public String getServiceAuthority() {
      return name.split(",")[0];
    }

    @Override
    public void start(Listener2 listener) {
      listener.onResult(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(servers)).build());
    }

    @Override
    public void shutdown() {}
  }
}
