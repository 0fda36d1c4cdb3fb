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

/**
 * Whom to trust, and who this client is. The files, PEM, are read when the client connects.
 *
 * @param ca authorities, one of which must have issued the server's certificate; null: those that
 *     Java trusts
 * @param cert this client's certificate and those between it and its authority, for a server that
 *     asks; null: none
 * @param key private key of {@code cert}, PKCS #8 without a passphrase; null: none
 * @param serverName name that the server's certificate must be for; null: the host of the address
 */
public record Tls(Path ca, Path cert, Path key, String serverName) {

  /**
   * TLS with a certificate from an authority that Java trusts.
   *
   * @return settings to refine
   */
  public static Tls standard() {
    return new Tls(null, null, null, null);
  }

  /**
   * Trusts these authorities and no other.
   *
   * @param path their certificates
   * @return settings to refine
   */
  public static Tls trusting(Path path) {
    return new Tls(path, null, null, null);
  }

  /**
   * Shows a certificate to servers that ask for one.
   *
   * @param newCert the certificate
   * @param newKey its private key
   * @return settings to refine
   */
  public Tls showing(Path newCert, Path newKey) {
    return new Tls(ca, newCert, newKey, serverName);
  }

  /**
   * Expects a certificate for another name than the address has.
   *
   * @param name the name
   * @return settings to refine
   */
  public Tls expecting(String name) {
    return new Tls(ca, cert, key, name);
  }

  /** Reads the files. */
  ChannelCredentials credentials() {
    var tls = TlsChannelCredentials.newBuilder();
    try {
      if (ca != null) {
        tls.trustManager(certificates("ca", ca));
      }
      if ((cert == null) != (key == null)) {
        var missing = cert == null ? "cert" : "key";
        throw Failures.invalid("tls." + missing, "tls has no " + missing, "give both", null);
      }
      if (cert != null) {
        tls.keyManager(certificates("cert", cert), read("key", key));
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
