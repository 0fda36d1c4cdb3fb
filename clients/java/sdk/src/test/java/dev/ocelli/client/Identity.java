package dev.ocelli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate that is its own authority, and its key, as PEM files.
 *
 * @param cert the certificate
 * @param key its private key, PKCS #8
 */
record Identity(Path cert, Path key) {
  private static final String PASSWORD = "changeit";

  /** Makes one with the JDK's keytool; {@code name} is such as {@code IP:127.0.0.1}. */
  static Identity issue(Path folder, String name) throws Exception {
    var store = folder.resolve("store.p12");
    var made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=" + name,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (made.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    return read(store, folder);
  }

  private static Identity read(Path store, Path folder)
      throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    var cert = pem("CERTIFICATE", keys.getCertificate("test").getEncoded());
    var key = pem("PRIVATE KEY", keys.getKey("test", PASSWORD.toCharArray()).getEncoded());
    return new Identity(
        Files.writeString(folder.resolve("cert.pem"), cert),
        Files.writeString(folder.resolve("key.pem"), key));
  }

  private static String pem(String kind, byte[] der) {
    var text = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }
}
