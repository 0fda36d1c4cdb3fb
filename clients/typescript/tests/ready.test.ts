// Waiting for a server that starts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connect, HealthService } from "@ocelli/client";
import { UNREACHABLE_HINT } from "@ocelli/proto/ocelli/v1/sdk";
import { grpcServer, nobody } from "./servers.js";
import { target } from "./target.js";

const [SERVING, NOT_SERVING] = [1, 2];
const DETECT = "ocelli.v1.DetectService";

function healthOf(check: (service: string) => number) {
  return (router: ConnectRouter) => {
    router.service(HealthService, { check: ({ service }) => ({ status: check(service) }) });
  };
}

test("a server that serves is ready", async () => {
  await using client = connect(target());
  await client.waitUntilReady();
  await client.waitUntilReady(DETECT);
});

test("a server that starts, learns its services and then loads its models", async () => {
  const address = await nobody();
  await using client = connect(address);
  const ready = client.waitUntilReady(DETECT, { timeoutMs: 10_000 });
  await sleep(500);
  let asked = 0;
  const check = (service: string) => {
    assert.equal(service, DETECT);
    if (++asked < 3) {
      throw new ConnectError("what is that?", Code.NotFound);
    }
    return asked < 5 ? NOT_SERVING : SERVING;
  };
  await using _ = await grpcServer(healthOf(check), Number(address.split(":")[1]));
  await ready;
  assert.equal(asked, 5);
});

test("what does not become ready says what it is, in time", async () => {
  await using server = await grpcServer(healthOf(() => NOT_SERVING));
  const gone = await nobody();
  for (const [address, summary, hint] of [
    [server.address, `${DETECT} does not serve after 600 ms: it is NOT_SERVING`, /log/],
    [gone, new RegExp(`does not serve after 600 ms: cannot reach ${gone}`), UNREACHABLE_HINT],
  ] as const) {
    await using client = connect(address);
    const startedMs = performance.now();
    const code = "DEADLINE_EXCEEDED";
    await assert.rejects(client.waitUntilReady(DETECT, { timeoutMs: 600 }), {
      code,
      summary,
      hint,
    });
    assert.ok(performance.now() - startedMs < 900);
  }
});

test("what no waiting helps is thrown at once", async () => {
  const check = () => {
    throw new ConnectError("who are you?", Code.Unauthenticated);
  };
  await using server = await grpcServer(healthOf(check));
  await using client = connect(server.address);
  await assert.rejects(client.waitUntilReady(DETECT), { code: "UNAUTHENTICATED" });
});
