// Servers with a fault, as programs may meet them.

import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

const LOOPBACK = "127.0.0.1";

type Routes = (router: ConnectRouter) => void;

/** A listening server. */
export interface Listening extends AsyncDisposable {
  /** host:port. */
  readonly address: string;
  /** Breaks every connection. */
  breakConnections(): void;
}

/** Serves gRPC, as `routes` say. */
export function grpcServer(routes: Routes, port = 0, host = LOOPBACK): Promise<Listening> {
  return listening(http2.createServer(connectNodeAdapter({ routes })), port, host);
}

/** Serves gRPC, as `routes` say, but for the requests that `take` takes. */
export function unsteadyServer(
  routes: Routes,
  take: (request: http2.Http2ServerRequest) => boolean,
): Promise<Listening> {
  const serve = connectNodeAdapter({ routes });
  const server = http2.createServer((request, response) => {
    if (!take(request)) {
      serve(request, response);
    }
  });
  return listening(server);
}

/** Serves gRPC-Web over HTTP/1.1, as `routes` say. */
export function grpcWebServer(routes: Routes): Promise<Listening> {
  return listening(http.createServer(connectNodeAdapter({ routes })));
}

/** Serves a web page. */
export function webServer(): Promise<Listening> {
  return listening(http.createServer((_request, response) => response.end("a web page")));
}

/** Serves a web page over HTTP/2. */
export function webServer2(): Promise<Listening> {
  return listening(http2.createServer((_request, response) => response.end("a web page")));
}

/** Takes connections and says nothing. */
export function silentServer(): Promise<Listening> {
  return listening(net.createServer(() => {}));
}

/** Takes connections and closes them. */
export function closingServer(): Promise<Listening> {
  return listening(net.createServer((socket) => socket.destroy()));
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  await using gone = await silentServer();
  return gone.address;
}

async function listening(server: net.Server, asked = 0, host = LOOPBACK): Promise<Listening> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  server.listen(asked, host);
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const breakConnections = () => {
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  return {
    address: `${host}:${port}`,
    breakConnections,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      breakConnections();
      await closed;
    },
  };
}
