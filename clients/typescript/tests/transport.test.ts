// What keeps a client from its server becomes an error that says so, in time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, OcelliError } from "@ocelli/client";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { closingServer, grpcServer, nobody, silentServer, webServer } from "./servers.js";

/** Both ways to call: the failure that a unary call and a stream have in common. */
async function failures(address: string, timeoutMs: number): Promise<OcelliError[]> {
  await using client = connect(address, { timeoutMs });
  const calls = [
    () => client.listModels(),
    async () => {
      for await (const _ of client.detectStream([new Uint8Array(8)])) {
        assert.fail("there was an answer");
      }
    },
  ];
  return Promise.all(
    calls.map(async (call) => {
      const error = await call().then(
        () => assert.fail("it succeeded"),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof OcelliError, String(error));
      return error;
    }),
  );
}

const UNREACHABLE = [
  {
    name: "nobody there",
    start: nobody,
    words: /nobody listens there \(is `ocelli serve` running/,
  },
  { name: "a web server", start: webServer, words: /does not speak gRPC \(is this the port of an/ },
  { name: "a server that hangs up", start: closingServer, words: /closed the connection \(/ },
];

for (const { name, start, words } of UNREACHABLE) {
  test(`unreachable: ${name}`, async () => {
    const server = await start();
    for (const error of await failures(
      typeof server === "string" ? server : server.address,
      5000,
    )) {
      assert.equal(error.code, "UNAVAILABLE");
      assert.equal(error.reason, undefined);
      assert.equal(error.isRetryable, true);
      assert.match(error.message, words);
    }
    if (typeof server !== "string") {
      await server[Symbol.asyncDispose]();
    }
  });
}

test("what a broken connection says late does not end the program", async () => {
  await using server = await webServer();
  for (let round = 0; round < 10; round++) {
    await using client = connect(server.address);
    await assert.rejects(client.loadModel("m"), { code: "UNAVAILABLE" });
  }
});

test("a server that says nothing costs the deadline and no more", async () => {
  await using server = await silentServer();
  const startedMs = performance.now();
  for (const error of await failures(server.address, 400)) {
    assert.equal(error.reason, "DEADLINE_EXCEEDED");
    assert.match(error.hint, /timeoutMs/);
  }
  assert.ok(performance.now() - startedMs < 3000);
});

test("a connection that broke is made anew", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, { listModels: () => ({ models: [{ name: "m" }] }) });
  });
  await using client = connect(server.address);
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(
      (await client.listModels()).map(({ name }) => name),
      ["m"],
    );
    server.breakConnections();
  }
});

test("a call that breaks half-way is told so", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      loadModel: async () => {
        server.breakConnections();
        return new Promise(() => {});
      },
    });
  });
  await using client = connect(server.address);
  await assert.rejects(client.loadModel("m"), { code: "UNAVAILABLE", reason: undefined });
});

test("addresses, tokens and TLS that cannot work are refused at once", () => {
  for (const address of ["http://127.0.0.1:1", "127.0.0.1:1/path", "a b", ""]) {
    assert.throws(() => connect(address), { code: "INVALID_ARGUMENT" }, address);
  }
  assert.throws(() => connect("a:1", { token: "t" }), /not sent in plain text/);
  assert.throws(() => connect("a:1", { tls: { ca: "/etc/ca.pem" } }), /holds no certificate/);
  assert.throws(() => connect("a:1", { tls: { cert: "c" } }), /tls has no key/);
});
