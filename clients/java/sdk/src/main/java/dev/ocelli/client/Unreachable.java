package dev.ocelli.client;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Why there is no connection to a server.
 *
 * @param message what happened; {@code {words}} stands for gRPC's own
 * @param hint what it is likely to come from, or what to do
 */
record Unreachable(String message, String hint) {

  /** The first that matches counts. The words are those of Java, Netty and BoringSSL. */
  private static final List<Known> KNOWN =
      List.of(
          known(
              "UnknownHostException|Unable to resolve host",
              "its name is not known",
              "is the host spelled right?"),
          known(
              "Connection refused",
              "the connection was refused",
              "is `ocelli serve` running at this address?"),
          known(
              "ConnectException|NoRouteToHost|connection timed out|ConnectTimeout",
              "no connection could be made",
              "is the address right, and can it be reached from here?"),
          known(
              "First received frame was not SETTINGS|http2 exception",
              "it does not speak gRPC",
              "is this the port of an HTTP server, or of one that wants TLS?"),
          known(
              "ALPN",
              "it speaks TLS, but not HTTP/2",
              "is this the port of an HTTPS server, and not Ocelli's?"),
          known(
              "NotSslRecordException|not an SSL/TLS record",
              "it does not answer in TLS",
              "does it serve plain text? then connect without tls()"),
          known(
              "No subject alternative|No name matching",
              "its certificate is for another name",
              "use an address that the certificate names, or say which it has: Tls.expecting()"),
          known(
              "CertificateExpired|CertificateNotYetValid",
              "its certificate is not in date",
              "renew the server's certificate, or set the clock of this machine"),
          known(
              "PKIX|CertPath|ValidatorException",
              "its certificate is not trusted",
              "name the authority that issued it: Tls.trusting()"),
          known(
              "KEY_VALUES_MISMATCH",
              "the client's key is not that of its certificate",
              "give the two of one pair to Tls.showing()"),
          known(
              "SSLHandshakeException|SSLException|CERTIFICATE_REQUIRED",
              "TLS was refused",
              "do both sides trust each other's authority, with certificates that are in date?"),
          known(
              "closed after GOAWAY",
              "it ended the connection: {words}",
              "is it draining? then call again, with what was not answered"),
          known(
              "Network closed|Connection reset|Broken pipe|Connection closed",
              "the connection was closed: {words}",
              "did the server stop? or does it want TLS, tls(), or a certificate of this client"
                  + " that it trusts, Tls.showing()?"));

  /** Reads the words of gRPC and of what lies below it; null if there was a connection. */
  static Unreachable find(String details, Throwable cause) {
    var words = new StringBuilder(details);
    for (Throwable below = cause; below != null; below = below.getCause()) {
      words.append('\n').append(below);
    }
    return KNOWN.stream()
        .filter(known -> known.pattern.matcher(words).find())
        .findFirst()
        .map(known -> known.meaning.saying(details))
        .orElse(null);
  }

  private Unreachable saying(String details) {
    return new Unreachable(message.replace("{words}", details), hint);
  }

  private static Known known(String pattern, String message, String hint) {
    return new Known(Pattern.compile(pattern), new Unreachable(message, hint));
  }

  private record Known(Pattern pattern, Unreachable meaning) {}
}
