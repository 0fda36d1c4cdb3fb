// The HTTP/2 connection under the calls.

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  constants,
  type OutgoingHttpHeaders,
} from "node:http2";
import { Http2SessionManager } from "@connectrpc/connect-node";
import { OcelliError } from "./error.js";
import { noteRefused } from "./refused.js";

// What the server may send ahead of this program's reading, per stream and in all. HTTP/2's own 64 KiB
// make answers with many vectors wait for a round trip every few frames.
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024;

/** Options for `http2.connect`. */
export const SESSION_OPTIONS = { settings: { initialWindowSize: STREAM_WINDOW_BYTES } };

/**
 * Connect's connection, with a larger window, safe from errors that come late, and with an end: Connect
 * itself opens another connection after the last was aborted.
 */
export class Sessions extends Http2SessionManager {
  #known = new WeakSet<ClientHttp2Session>();
  #closed = false;
  #leaving = false;

  /** Whether there is a connection that takes calls. */
  get isReady(): boolean {
    return this.isOpen && !this.#leaving;
  }

  /** Whether there is a connection. */
  get isOpen(): boolean {
    return ["open", "idle", "verifying"].includes(this.state());
  }

  /** Connects if there is no connection that takes calls. */
  override async connect(): Promise<"open" | "idle" | "error"> {
    const state = this.#closed ? "error" : await super.connect();
    this.#leaving = false;
    return state;
  }

  /** Ends all calls and the connection, for good. */
  close(): void {
    this.#closed = true;
    this.abort(closedError());
  }

  /** Opens a stream, on a new connection if there is none that lives. */
  override async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: ClientSessionRequestOptions,
  ): Promise<ClientHttp2Stream> {
    if (this.#closed) {
      throw closedError();
    }
    const stream = await super.request(method, path, headers, options);
    stream.on("error", (error) => {
      if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
        noteRefused(error);
      }
    });
    const { session } = stream;
    if (session && !this.#known.has(session as ClientHttp2Session)) {
      this.#known.add(session as ClientHttp2Session);
      prepare(session as ClientHttp2Session);
      this.#leaving = false;
      session.on("goaway", () => {
        this.#leaving = true;
      });
    }
    return stream;
  }
}

function prepare(session: ClientHttp2Session): void {
  session.setLocalWindowSize(SESSION_WINDOW_BYTES);
  // Node tells of a broken connection when its socket closes. If that is after the manager went on
  // to another one, nobody listens, and Node would end the program; its calls know already.
  session.on("error", () => {});
  // The manager sets its timer for the next ping when the last stream closes, though the connection be
  // gone by then; that ping would throw where nobody can catch it.
  const ping = session.ping.bind(session) as (...args: unknown[]) => boolean;
  session.ping = (...args: unknown[]) => !session.destroyed && ping(...args);
}

/** The error of whatever is asked of a closed client. */
export function closedError(): OcelliError {
  return new OcelliError("the client is closed", {
    code: "CANCELLED",
    hint: "make another with connect()",
  });
}
