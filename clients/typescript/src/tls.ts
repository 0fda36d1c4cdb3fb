// TLS as a value: whom to trust, and who this client is.

import type { SecureClientSessionOptions } from "node:http2";
import { createSecureContext } from "node:tls";
import { invalidArgument } from "./error.js";

/** Whom to trust and what to show. PEM, as `readFileSync` gives it. */
export interface Tls {
  /** Authorities, one of which must have issued the server's certificate. Unset: Node's own. */
  ca?: string | Uint8Array;
  /** This client's certificate and those between it and its authority, for a server that asks. */
  cert?: string | Uint8Array;
  /** The private key of `cert`. */
  key?: string | Uint8Array;
  /** Name that the server's certificate must be for. Unset: the host of the address. */
  serverName?: string;
}

/** Makes the options of a TLS connection. Throws if the certificates or the key cannot be used. */
export function secureOptions(tls: Tls): SecureClientSessionOptions {
  const { ca, cert, key, serverName } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "cert" : "key";
    throw invalidArgument(`tls.${missing}`, `tls has no ${missing}`, "give both, cert and key");
  }
  const pem = {
    ...(ca !== undefined && { ca: asText(ca) }),
    ...(cert !== undefined && { cert: asText(cert) }),
    ...(key !== undefined && { key: asText(key) }),
  };
  if (pem.ca !== undefined && !pem.ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw invalidArgument("tls.ca", "tls.ca holds no certificate", "expected PEM, not a path");
  }
  try {
    createSecureContext(pem);
  } catch (error) {
    throw invalidArgument(
      "tls",
      `tls cannot be used: ${error instanceof Error ? error.message : error}`,
      "expected PEM, not paths, and the key of that very certificate, without a passphrase",
      error,
    );
  }
  return { ...pem, ...(serverName && { servername: serverName }) };
}

function asText(pem: string | Uint8Array): string {
  return typeof pem === "string" ? pem : Buffer.from(pem).toString("latin1");
}
