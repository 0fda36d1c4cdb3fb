// Calls go to every server that an address stands for, and go on when one of them goes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectRouter } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { connect } from "@ocelli/client";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { UNREACHABLE_HINT } from "@ocelli/proto/ocelli/v1/sdk";
import { Addresses, pinned } from "../src/addresses.js";
import { BalancedSessions } from "../src/balanced.js";
import { SESSION_OPTIONS, Sessions } from "../src/session.js";
import { grpcServer, type Listening, nobody } from "./servers.js";

/** A server that counts its calls. */
class Counting {
  calls = 0;

  routes = (router: ConnectRouter) => {
    router.service(ModelService, {
      listModels: () => {
        this.calls++;
        return {};
      },
    });
  };
}

function portOf({ address }: Listening): number {
  return Number(address.split(":")[1]);
}

/** Calls until every server was. */
async function untilAllAreCalled(call: () => Promise<unknown>, ...servers: Counting[]) {
  for (const server of servers) {
    server.calls = 0;
  }
  const endMs = performance.now() + 10_000;
  while (servers.some(({ calls }) => calls === 0)) {
    assert.ok(performance.now() < endMs, "one of them is never called");
    await call();
    await sleep(5);
  }
}

test("calls go to every server in turn", async () => {
  const [one, other] = [new Counting(), new Counting()];
  await using first = await grpcServer(one.routes);
  await using second = await grpcServer(other.routes);
  await using client = connect(`ipv4:${first.address},${second.address}`);
  await untilAllAreCalled(() => client.listModels(), one, other);
  [one.calls, other.calls] = [0, 0];
  for (let call = 0; call < 20; call++) {
    await client.listModels();
  }
  assert.deepEqual([one.calls, other.calls], [10, 10]);
});

test("no call is lost when a server goes, and it is called again when it is back", async () => {
  const [one, other] = [new Counting(), new Counting()];
  const first = await grpcServer(one.routes);
  await using second = await grpcServer(other.routes);
  // What was not sent may be sent elsewhere whatever it does, and without any retry.
  const retry = { maxAttempts: 1, initialBackoffMs: 1, maxBackoffMs: 1, backoffMultiplier: 1 };
  await using client = connect(`ipv4:${first.address},${second.address}`, { retry });
  await untilAllAreCalled(() => client.listModels(), one, other);
  await first[Symbol.asyncDispose]();
  await sleep(50);
  other.calls = 0;
  for (let call = 0; call < 20; call++) {
    await client.listModels();
  }
  assert.equal(other.calls, 20);
  await using _back = await grpcServer(one.routes, portOf(first));
  await untilAllAreCalled(() => client.listModels(), one, other);
});

test("where none of them can be reached the call says so", async () => {
  await using client = connect(`ipv4:${await nobody()},${await nobody()}`);
  await assert.rejects(client.loadModel("m"), { code: "UNAVAILABLE", hint: UNREACHABLE_HINT });
  await client.close();
  await assert.rejects(client.loadModel("m"), { code: "CANCELLED" });
});

test("a name stands for all its addresses, which are looked up again when one is lost", async () => {
  const [one, other] = [new Counting(), new Counting()];
  const first = await grpcServer(one.routes);
  let found = ["127.0.0.1"];
  const addresses = new Addresses(`edges.invalid:${portOf(first)}`, async () => found);
  const authority = `http://edges.invalid:${portOf(first)}`;
  const sessions = new BalancedSessions(authority, addresses, ({ ip = "" }) => {
    return new Sessions(authority, {}, { ...SESSION_OPTIONS, lookup: pinned(ip) } as object);
  });
  const transport = createGrpcTransport({ baseUrl: authority, sessionManager: sessions });
  const stub = createClient(ModelService, transport);
  await stub.listModels({});
  assert.equal(one.calls, 1);
  await using _second = await grpcServer(other.routes, portOf(first), "127.0.0.2");
  await sleep(1_100); // the time between two looks
  found = ["127.0.0.2", "127.0.0.3"];
  await first[Symbol.asyncDispose]();
  await untilAllAreCalled(() => stub.listModels({}).catch(() => {}), other);
  sessions.close();
});

test("a name may be written as gRPC writes it", async () => {
  const counting = new Counting();
  await using server = await grpcServer(counting.routes);
  await using client = connect(`dns:///localhost:${portOf(server)}`);
  await client.listModels();
  assert.equal(counting.calls, 1);
  assert.throws(() => connect("dns://127.0.0.1/localhost:1"), { code: "INVALID_ARGUMENT" });
});

test("a token goes to several servers in plain text only if all are on this machine", () => {
  connect("ipv4:127.0.0.1:1,127.0.0.2:1", { token: "t" }).close();
  assert.throws(() => connect("ipv4:127.0.0.1:1,192.0.2.1:1", { token: "t" }), /plain text/);
  assert.throws(() => connect("ipv4:127.0.0.1:1,"), { code: "INVALID_ARGUMENT" });
});
