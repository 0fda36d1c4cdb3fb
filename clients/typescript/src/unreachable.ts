// What keeps a client from its server, and what that comes from.

/** Why there is no connection. */
export interface Cause {
  /** What happened, after "cannot reach ADDRESS: ". */
  readonly summary: string;
  /** What it is likely to come from, or what to do. */
  readonly hint: string;
}

const UNTRUSTED = "name the authority that issued it: tls.ca in connect()";
const NOT_GRPC: Cause = {
  summary: "it does not speak gRPC",
  hint: "is this the port of an HTTP server?",
};
/** The connection was there, and is gone. */
export const CLOSED: Cause = {
  summary: "it closed the connection",
  hint: "did it stop? does it want TLS, or a certificate of this client: tls in connect()?",
};

// By the codes of Node's errors, which are OpenSSL's and the system's.
const KNOWN: Record<string, Cause> = {
  ECONNREFUSED: { summary: "nobody listens there", hint: "is `ocelli serve` running?" },
  ENOTFOUND: { summary: "there is no host of that name", hint: "is the address right?" },
  EAI_AGAIN: { summary: "its name cannot be resolved now", hint: "is there a network?" },
  ETIMEDOUT: {
    summary: "it does not answer",
    hint: "is the address right, and no firewall between?",
  },
  EHOSTUNREACH: { summary: "there is no way to it", hint: "is the address right?" },
  ENETUNREACH: { summary: "there is no way to it", hint: "is there a network?" },
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ERR_HTTP2_STREAM_CANCEL: CLOSED,
  ERR_HTTP2_SESSION_ERROR: CLOSED,
  ERR_STREAM_PREMATURE_CLOSE: CLOSED,
  ERR_STREAM_DESTROYED: CLOSED,
  ERR_HTTP2_INVALID_STREAM: CLOSED,
  ERR_HTTP2_INVALID_SESSION: CLOSED,
  ERR_HTTP2_ERROR: NOT_GRPC,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    summary: "it does not answer in TLS",
    hint: "does it serve plain text? then connect without tls",
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    summary: "it does not answer in TLS",
    hint: "does it serve plain text? then connect without tls",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    summary: "its certificate is for another name",
    hint: "use an address that the certificate names, or say which name it has: tls.serverName",
  },
  CERT_HAS_EXPIRED: {
    summary: "its certificate has expired",
    hint: "renew the server's certificate, or set the clock of this machine",
  },
  CERT_NOT_YET_VALID: {
    summary: "its certificate is not yet valid",
    hint: "set the clock of this machine, or of the one that issued it",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { summary: "its certificate is not trusted", hint: UNTRUSTED },
  SELF_SIGNED_CERT_IN_CHAIN: { summary: "its certificate is not trusted", hint: UNTRUSTED },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { summary: "its certificate is not trusted", hint: UNTRUSTED },
  UNABLE_TO_GET_ISSUER_CERT: { summary: "its certificate is not trusted", hint: UNTRUSTED },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { summary: "its certificate is not trusted", hint: UNTRUSTED },
  CERT_SIGNATURE_FAILURE: { summary: "its certificate is not trusted", hint: UNTRUSTED },
};

// The words of Chromium, Firefox, Safari and Node, which hide the cause from pages.
const FETCH_FAILED = /failed to fetch|when attempting to fetch|load failed|fetch failed/i;

/** Reads an error of a socket, of TLS or of HTTP/2; undefined if it is none. */
export function explain(error: unknown): Cause | undefined {
  for (let found = error; found instanceof Error; found = found.cause) {
    const code = "code" in found ? found.code : undefined;
    if (typeof code === "string") {
      return KNOWN[code] ?? otherwise(code, found.message);
    }
    if (found instanceof TypeError && FETCH_FAILED.test(found.message)) {
      return {
        summary: found.message,
        hint: "is it running, and does it allow this page's origin?",
      };
    }
  }
  return undefined;
}

function otherwise(code: string, message: string): Cause {
  if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) {
    return {
      summary: `TLS was refused: ${message}`,
      hint: "do both sides trust each other's authority, with certificates that are in date?",
    };
  }
  return { summary: message || code, hint: "is `ocelli serve` running there?" };
}
