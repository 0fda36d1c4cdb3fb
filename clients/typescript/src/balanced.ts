// Calls to several servers in turn: those that a name stands for, such as the replicas of a service.

import type {
  ClientHttp2Stream,
  ClientSessionRequestOptions,
  OutgoingHttpHeaders,
} from "node:http2";
import type { Addresses, Server } from "./addresses.js";
import { closedError, type Sessions } from "./session.js";

/** How soon a server is connected to again, and a name looked up again, at the earliest. */
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
const LOOKUP_PAUSE_MS = 1_000;

/** Makes the connection to a server. */
export type Connector = (server: Server) => Sessions;

/** One of the servers. */
class Replica {
  readonly sessions: Sessions;
  #connecting: Promise<boolean> | undefined;
  #pauseMs = 0;
  #notBeforeMs = 0;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  /** Connects, unless that failed a moment ago. */
  reconnect(): void {
    if (performance.now() >= this.#notBeforeMs) {
      this.connect();
    }
  }

  /** Connects; tells whether it could. */
  connect(): Promise<boolean> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<boolean> {
    const connected = (await this.sessions.connect()) !== "error";
    this.#pauseMs = connected
      ? 0
      : Math.min(LAST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.#pauseMs));
    // Clients that lost the same server do not come back at once.
    this.#notBeforeMs = performance.now() + this.#pauseMs * (0.8 + 0.4 * Math.random());
    return connected;
  }
}

/**
 * The connections to all servers of an address, for Connect's transport. Each call goes to the next
 * server that is connected. A name is looked up anew when a server of it was lost.
 */
export class BalancedSessions {
  /** What calls are made to, whichever server they go to. */
  readonly authority: string;
  readonly #addresses: Addresses;
  readonly #connector: Connector;
  readonly #replicas = new Map<string, Replica>();
  /** Servers that are no longer named, whose calls may still go on. */
  readonly #former = new Set<Sessions>();
  #lookingUp: Promise<void> | undefined;
  #lookedUpMs = Number.NEGATIVE_INFINITY;
  #turn = Math.floor(Math.random() * 1024);
  #closed = false;

  /** Connects to nobody yet. */
  constructor(authority: string, addresses: Addresses, connector: Connector) {
    this.authority = authority;
    this.#addresses = addresses;
    this.#connector = connector;
    if (!addresses.isName) {
      this.#update(addresses.known);
    }
  }

  /** Opens a stream to the next server. */
  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: ClientSessionRequestOptions,
  ): Promise<ClientHttp2Stream> {
    if (this.#closed) {
      throw closedError();
    }
    if (this.#replicas.size === 0) {
      await this.#lookUp();
    }
    const tried = new Set<Replica>();
    let failure: unknown;
    for (;;) {
      const replica = await this.#next(tried);
      if (replica === undefined || this.#closed) {
        throw failure ?? closedError();
      }
      try {
        return await replica.sessions.request(method, path, headers, options);
      } catch (error) {
        // It went away in this moment, and nothing was sent.
        failure = error;
        tried.add(replica);
      }
    }
  }

  /** Notes that a connection lives. */
  notifyResponseByteRead(stream: ClientHttp2Stream): void {
    for (const sessions of this.#all()) {
      sessions.notifyResponseByteRead(stream);
    }
  }

  /** Ends all calls and connections, for good. */
  close(): void {
    this.#closed = true;
    for (const sessions of this.#all()) {
      sessions.close();
    }
  }

  /**
   * Whose turn it is; undefined if all were tried. Where none is connected it is that of the first
   * that can be.
   */
  async #next(tried: ReadonlySet<Replica>): Promise<Replica | undefined> {
    const all = [...this.#replicas.values()];
    const found = all.filter((replica) => !tried.has(replica));
    const ready = found.filter(({ sessions }) => sessions.isReady);
    const lost = found.filter(({ sessions }) => !sessions.isReady);
    const due = performance.now() > this.#lookedUpMs + LOOKUP_PAUSE_MS;
    if (lost.length > 0 && due && this.#addresses.isName) {
      this.#lookUp();
    }
    if (all.length === 1) {
      return found[0]; // which connects by itself
    }
    for (const replica of lost) {
      replica.reconnect();
    }
    return ready[this.#turn++ % ready.length] ?? (await firstConnected(lost));
  }

  #lookUp(): Promise<void> {
    this.#lookingUp ??= this.#addresses
      .find()
      .then((servers) => this.#update(servers))
      .finally(() => {
        this.#lookedUpMs = performance.now();
        this.#lookingUp = undefined;
      });
    return this.#lookingUp;
  }

  #update(servers: readonly Server[]): void {
    if (this.#closed) {
      return;
    }
    const keys = new Set(servers.map(({ key }) => key));
    for (const [key, { sessions }] of this.#replicas) {
      if (!keys.has(key)) {
        this.#replicas.delete(key);
        this.#former.add(sessions);
      }
    }
    for (const sessions of this.#former) {
      if (!sessions.isOpen) {
        this.#former.delete(sessions);
      }
    }
    for (const server of servers) {
      if (!this.#replicas.has(server.key)) {
        this.#replicas.set(server.key, new Replica(this.#connector(server)));
      }
    }
  }

  *#all(): Iterable<Sessions> {
    for (const { sessions } of this.#replicas.values()) {
      yield sessions;
    }
    yield* this.#former;
  }
}

/** The first of several that can be connected to; undefined if there is none. Rejects if none can. */
async function firstConnected(replicas: readonly Replica[]): Promise<Replica | undefined> {
  if (replicas.length === 0) {
    return undefined;
  }
  const connecting = replicas.map(async (replica) => {
    if (!(await replica.connect())) {
      throw replica.sessions.error();
    }
    return replica;
  });
  try {
    return await Promise.any(connecting);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
