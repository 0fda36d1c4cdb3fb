package dev.ocelli.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/**
 * Whom to trust, and who this client is. The files, PEM, are read when the client connects.
 *
 * @param ca authorities, one of which must have issued the server's certificate; empty: those that
 *     Java trusts
 * @param cert this client's certificate and those between it and its authority, for a server that
 *     asks
 * @param key private key of {@code cert}, PKCS #8 without a passphrase
 * @param serverName name that the server's certificate must be for; empty: the host of the address
 */
public record Tls(
    Optional<Path> ca, Optional<Path> cert, Optional<Path> key, Optional<String> serverName) {

  /**
   * TLS with a certificate from an authority that Java trusts.
   *
   * @return settings to refine
   */
  public static Tls standard() {
    return new Tls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Trusts these authorities and no other.
   *
   * @param path their certificates
   * @return settings to refine
   */
  public static Tls trusting(Path path) {
    return new Tls(Optional.of(path), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Shows a certificate to servers that ask for one.
   *
   * @param newCert the certificate
   * @param newKey its private key
   * @return settings to refine
   */
  public Tls showing(Path newCert, Path newKey) {
    return new Tls(ca, Optional.of(newCert), Optional.of(newKey), serverName);
  }

  /**
   * Expects a certificate for another name than the address has.
   *
   * @param name the name
   * @return settings to refine
   */
  public Tls expecting(String name) {
    return new Tls(ca, cert, key, Optional.of(name));
  }

  /** Reads the files. */
  ChannelCredentials credentials() {
    var tls = TlsChannelCredentials.newBuilder();
    try {
      if (ca.isPresent()) {
        tls.trustManager(certificates("ca", ca.get()));
      }
      if (cert.isPresent() != key.isPresent()) {
        var missing = cert.isPresent() ? "key" : "cert";
        throw Failures.invalid("tls." + missing, "tls has no " + missing, "give both", null);
      }
      if (cert.isPresent()) {
        tls.keyManager(certificates("cert", cert.get()), read("key", key.get()));
      }
      return tls.build();
    } catch (IOException unreadable) {
      throw Failures.invalid("tls", "cannot use its files: " + unreadable, "", unreadable);
    }
  }

  private static InputStream certificates(String field, Path path) {
    var pem = read(field, path);
    try {
      if (CertificateFactory.getInstance("X.509").generateCertificates(pem).isEmpty()) {
        throw new CertificateException("none found");
      }
    } catch (CertificateException damaged) {
      throw Failures.invalid(
          "tls." + field,
          path + " holds no certificate",
          "expected PEM, -----BEGIN CERTIFICATE-----",
          damaged);
    }
    pem.reset();
    return pem;
  }

  private static ByteArrayInputStream read(String field, Path path) {
    try {
      return new ByteArrayInputStream(Files.readAllBytes(path));
    } catch (IOException unreadable) {
      throw Failures.invalid(
          "tls." + field, "cannot read " + path, "is the path right, and readable?", unreadable);
    }
  }
}
