// How a connection from Node is set up.

import { createGrpcTransport } from "@connectrpc/connect-node";
import { Addresses, pinned, type Server } from "./addresses.js";
import { BalancedSessions } from "./balanced.js";
import { Client } from "./client.js";
import { invalidArgument } from "./error.js";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
import { SESSION_OPTIONS, Sessions } from "./session.js";
import { secureOptions, type Tls } from "./tls.js";
import { checkTimeout, type Priority, type Token, withDefaults } from "./transport.js";

/** When pings tell whether a connection still lives. */
export interface Keepalive {
  /** Milliseconds without traffic before a ping. The server refuses less than 30 000. */
  readonly intervalMs: number;
  /** Milliseconds without an answer to it before the connection counts as dead. */
  readonly timeoutMs: number;
}

/** Settings of a connection. */
export interface ConnectOptions {
  /**
   * Milliseconds that a unary call may take unless it says otherwise. Unset: 10 000. `loadModel` may
   * take 600 000 unless it says otherwise.
   */
  timeoutMs?: number;
  /** Largest message sent or received, in bytes; the server has a limit of its own. Unset: 32 MiB. */
  maxMessageBytes?: number;
  /** True for TLS with a public certificate, or whom to trust and what to show. Unset: plain text. */
  tls?: Tls | boolean;
  /**
   * An API key of the server or another bearer token, or what gives one for each call; it goes over TLS,
   * or to this machine.
   */
  token?: Token;
  /** Of all calls. Unset: interactive; batch ones get what interactive ones leave, and wait for it. */
  priority?: Priority;
  /** When calls that may be repeated are. Unset: the contract's policy. */
  retry?: RetryPolicy;
  /** Unset: a ping after 60 s, and 20 s for its answer. */
  keepalive?: Keepalive;
}

/** Where a server is by default. */
export const DEFAULT_ADDRESS = "127.0.0.1:8500";

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const DEFAULT_KEEPALIVE: Keepalive = { intervalMs: 60_000, timeoutMs: 20_000 };

/**
 * Makes a client. Nothing is sent before the first call; a connection that broke is made anew by the
 * next one. Where the address stands for several servers, calls go to each in turn.
 *
 * @param address host:port, or several as gRPC writes them, `ipv4:10.0.0.1:8500,10.0.0.2:8500`.
 * @throws OcelliError if `tls` cannot be used or the options contradict each other.
 */
export function connect(address: string = DEFAULT_ADDRESS, options: ConnectOptions = {}): Client {
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES,
    tls = false,
    token,
    priority,
    retry = DEFAULT_RETRY,
    keepalive = DEFAULT_KEEPALIVE,
  } = options;
  const addresses = new Addresses(address);
  if (token !== undefined && !tls && !addresses.areLocal) {
    throw invalidArgument("token", "a token is not sent in plain text", "connect with tls");
  }
  checkTimeout(timeoutMs);
  const urls = addresses.authorities.map((authority) => urlOf(authority, tls));
  const areAddresses = addresses.authorities.every((authority) => !/[/?#@]/.test(authority));
  if (!areAddresses || !urls.every((url) => URL.canParse(url))) {
    throw invalidArgument("address", `"${address}" is no address`, "expected host:port");
  }
  const [baseUrl = ""] = urls;
  const pings = {
    pingIntervalMs: keepalive.intervalMs,
    pingTimeoutMs: keepalive.timeoutMs,
    pingIdleConnection: true,
  };
  const secure = tls && secureOptions(tls === true ? {} : tls);
  const connector = ({ authority, ip }: Server) =>
    new Sessions(urlOf(authority, tls), pings, {
      ...SESSION_OPTIONS,
      ...secure,
      ...(ip !== undefined && { lookup: pinned(ip) }),
    });
  const sessionManager = new BalancedSessions(new URL(baseUrl).origin, addresses, connector);
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager,
    acceptCompression: [],
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
  });
  return new Client(withDefaults(transport, { address, timeoutMs, retry, token, priority }), {
    address,
    timeoutMs,
    maxMessageBytes,
    retry,
    close: () => sessionManager.close(),
  });
}

function urlOf(authority: string, tls: Tls | boolean): string {
  return `${tls ? "https" : "http"}://${authority}`;
}
